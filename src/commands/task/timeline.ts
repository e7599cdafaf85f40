/** `task timeline`: what a run thought and did, step by step, and where it failed. */
import type { Command } from 'commander'
import { getRunTimeline } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { runIdOf, takesRun } from '../../runs/last.ts'
import { momentsOf, treeOf } from '../../runs/timeline.ts'
import type { Moment } from '../../runs/timeline.ts'
import { cleanLine } from '../../output/clean.ts'
import type { Column } from '../../output/table.ts'

const COLUMNS: Column<Moment>[] = [
  { title: 'TIME', value: ({ time }) => time },
  { title: 'DEPTH', value: ({ depth }) => depth },
  { title: 'KIND', value: ({ kind }) => kind },
  { title: 'STATUS', value: ({ status }) => status },
  { title: 'SECONDS', value: ({ seconds }) => seconds },
  { title: 'TEXT', value: ({ text }) => text },
]

export function define(command: Command, context: Context): void {
  takesRun(command).action(async (given: string | undefined) => {
    const { output } = context
    const runId = runIdOf(context, given)
    const client = await context.client()
    const items = await getRunTimeline(client, runId, context.requestOptions())
    const moments = momentsOf(items)
    const { json, fields, quiet } = output.mode
    if (!output.terminal.interactive || json || fields || quiet || moments.length === 0) {
      const form = {
        id: 'kind' as const,
        nothing: `Run ${runId} has done nothing yet.`,
        data: items,
      }
      return output.list(moments, COLUMNS, form)
    }
    const width = output.terminal.stdout.columns || 80
    output.write(
      treeOf(moments)
        .map((line) => cleanLine(line, width))
        .join('\n'),
    )
  })
}
