/** `task view`: the page of a run in the web app. */
import type { Command } from 'commander'
import { getRun } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { runIdOf, takesRun } from '../../runs/last.ts'
import { showPage } from '../../output/web-page.ts'

export function define(command: Command, context: Context): void {
  takesRun(command).action(async (given: string | undefined) => {
    const runId = runIdOf(context, given)
    const client = await context.client()
    const run = await getRun(client, runId, context.requestOptions())
    await showPage(context.output, run, run.app_url, `Run ${runId} does not have a page.`)
  })
}
