/** `task artifacts`: the artifacts of a run. */
import type { Command } from 'commander'
import { getRun, getRunArtifacts } from '../../api/endpoints.ts'
import { zonedTime } from '../../http/clock.ts'
import type { Artifact } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { artifactsIdOf } from '../../files/sources.ts'
import type { Column } from '../../output/table.ts'
import { runList } from '../recipes.ts'
import { parseList } from '../../options/parse.ts'

const COLUMNS: Column<Artifact>[] = [
  { title: 'ID', value: (artifact) => artifact.artifact_id },
  { title: 'TYPE', value: (artifact) => artifact.artifact_type },
  { title: 'BYTES', value: (artifact) => artifact.file_size },
  { title: 'CREATED', value: ({ created_at: time }) => time && zonedTime(time) },
]

export function define(command: Command, context: Context): void {
  command
    .argument('<run>', 'Id of the run')
    .option('--type <types>', 'Only these types: recording, screenshot_final, har, …', parseList)
    .action((runId: string, { type }: { type?: string[] }) =>
      runList(
        context,
        async (client, options) => {
          // For an unknown run, the server returns an empty list.
          const run = await getRun(client, runId)
          return getRunArtifacts(client, artifactsIdOf(run), { artifact_type: type }, options)
        },
        { columns: COLUMNS, id: 'artifact_id', nothing: 'No artifacts found.' },
      ),
    )
}
