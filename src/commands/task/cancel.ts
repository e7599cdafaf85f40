/** `task cancel`: stops runs; one that has ended is left as it ended. */
import type { Command } from 'commander'
import { cancelRun } from '../../api/runs.ts'
import type { Context } from '../../context.ts'
import { cancelUnlessFinal } from '../../lifecycle/cancel.ts'
import { parseList } from '../values/options.ts'

export function define(command: Command, context: Context): void {
  command.argument('<runs...>', 'Ids of the runs').action(async (given: string[]) => {
    const { output } = context
    const client = await context.client()
    const results: unknown[] = []
    for (const id of given.flatMap((item) => parseList(item))) {
      if (context.globals.dryRun) await cancelRun(client, id)
      const { run, canceled } = await cancelUnlessFinal(client, id)
      if (canceled) output.done(`Run ${id} canceled`)
      else output.note(`Run ${id} had already ended: ${run.status}`)
      results.push(run)
    }
    output.result(results.length === 1 ? results[0] : results, '')
  })
}
