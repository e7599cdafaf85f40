/** `task wait`: waits for runs, all of them or the first that ends, and prints their output. */
import type { Command } from 'commander'
import type { Client } from '../../http/request.ts'
import { waitFor } from '../../http/wait.ts'
import type { Question } from '../../http/wait.ts'
import { getRun } from '../../api/endpoints.ts'
import { isFinal } from '../../api/values.ts'
import type { Run } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { CliError } from '../../errors.ts'
import { interruptible } from '../../interrupts.ts'
import { failureOf } from '../../runs/wait.ts'
import { report } from '../../output/report.ts'
import { waitTimeoutOption } from '../../options/duration.ts'
import { parseIds } from '../../options/parse.ts'
import { waiting } from '../../output/waiting.ts'
import { follow, outputText } from '../../runs/follow.ts'

interface WaitOptions {
  any?: boolean
  waitTimeout: number
}

export function define(command: Command, context: Context): void {
  command
    .argument('<runs...>', 'Ids of the runs')
    .option('--any', 'Wait only for the first that ends')
    .addOption(waitTimeoutOption(30 * 60))
    .action((given: string[], options: WaitOptions) => wait(context, given, options))
}

async function wait(context: Context, given: string[], options: WaitOptions): Promise<void> {
  const ids = parseIds(given)
  const client = await context.client()
  const [first] = ids
  if (first !== undefined && ids.length === 1) {
    const run = await getRun(client, first, context.requestOptions())
    const interruption = interruptible('follow')
    const { waitTimeout: limitSeconds } = options
    const followed = follow(context, client, run, {
      limitSeconds,
      onInterrupt: 'detach',
      interruption,
    })
    return followed.finally(interruption.release)
  }
  const runs = await waitForAll(context, client, ids, options)
  const ended = runs.filter(isFinal)
  context.output.result(ended, ended.map(outputText).filter(Boolean).join('\n'))
  const failures = ended.flatMap((run) => failureOf(run) ?? [])
  for (const failure of failures.slice(1)) report(failure, context.output)
  if (failures[0]) throw failures[0]
}

async function waitForAll(
  context: Context,
  client: Client,
  ids: string[],
  { any, waitTimeout }: WaitOptions,
): Promise<Run[]> {
  const ended = new Map<string, Run>()
  const request = context.requestOptions()
  const ask = async (question: Question): Promise<Run[]> => {
    const options = { ...request, ...question }
    const runs = await Promise.all(
      ids.map(async (id) => ended.get(id) ?? getRun(client, id, options)),
    )
    for (const run of runs) if (isFinal(run)) ended.set(run.run_id, run)
    return runs
  }
  const leaving = 'Stopped waiting. The runs go on, and bill.'
  return waiting(context.output, `Waiting for ${ids.length} runs`, leaving, (progress) =>
    waitFor(ask, {
      done: (runs) => (any ? runs.some(isFinal) : runs.every(isFinal)),
      limit: waitTimeout,
      onAnswer: (runs) => {
        const count = runs.filter(isFinal).length
        progress.update(`Waiting: ${count} of ${ids.length} runs have ended`)
      },
      whenLate: () =>
        new CliError('wait_timeout', 'Not every run has ended. They go on, and bill.', {
          hint: `Wait on: \`skyvern task wait ${ids.join(' ')}\``,
        }),
    }),
  )
}
