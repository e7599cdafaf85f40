/** `task cancel`: cancels runs. A run that has already ended is not changed. */
import type { Command } from 'commander'
import type { Client } from '../../http/request.ts'
import { forEachOf } from '../../errors.ts'
import { cancelRun } from '../../api/endpoints.ts'
import type { Run } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { cancelUnlessFinal } from '../../runs/cancel.ts'
import { runIdOf, takesRuns } from '../../runs/last.ts'
import { throwGravest } from '../../output/report.ts'
import { parseIds } from '../../options/parse.ts'

export function define(command: Command, context: Context): void {
  takesRuns(command).action(async (given: string[]) => {
    const { output } = context
    const client = await context.client()
    const ids = given.length > 0 ? parseIds(given) : [runIdOf(context, undefined)]
    const { results, failures } = await forEachOf(ids, (id) => cancelOne(context, client, id))
    if (results.length > 0) output.result(ids.length === 1 ? results[0] : results, '')
    throwGravest(output, failures)
  })
}

async function cancelOne(context: Context, client: Client, id: string): Promise<Run> {
  const { output } = context
  const request = context.requestOptions()
  if (client.dryRun) await cancelRun(client, id, request)
  const { run, canceled } = await cancelUnlessFinal(client, id, request)
  if (canceled) output.done(`Run ${id} canceled`)
  else output.note(`Run ${id} had already ended: ${run.status}`)
  return run
}
