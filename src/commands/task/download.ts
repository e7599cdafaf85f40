/** `task download`: saves the downloads and the recording of a run, or artifacts of some types. */
import type { Command } from 'commander'
import { getRun } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { artifactsOfRun, filesOfRun } from '../../files/sources.ts'
import { runIdOf, takesRun } from '../../runs/last.ts'
import { addSaveOptions, saveAndPrint } from '../../files/save.ts'
import type { SaveOptions } from '../../files/save.ts'
import { parseList } from '../../options/parse.ts'

interface DownloadOptions extends SaveOptions {
  type?: string[]
}

export function define(command: Command, context: Context): void {
  addSaveOptions(takesRun(command))
    .option(
      '--type <types>',
      'Artifacts of these types instead: har, screenshot_final, …',
      parseList,
    )
    .action(async (given: string | undefined, { type, ...options }: DownloadOptions) => {
      const runId = runIdOf(context, given)
      const client = await context.client()
      const run = await getRun(client, runId, context.requestOptions())
      const sources = await (type ? artifactsOfRun(client, run, type) : filesOfRun(client, run))
      const otherwise = `All artifacts of the run: skyvern task artifacts ${run.run_id}`
      await saveAndPrint(context, client, sources, options, type ? '' : otherwise)
    })
}
