/** `task wait`: waits for runs, all of them or the first that ends, and prints their output. */
import type { Command } from 'commander'
import type { Client } from '../../api/client.ts'
import { poll, PollTimeout } from '../../http/poll.ts'
import { getRun, isFinal } from '../../api/runs.ts'
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
    const interruption = interruptible()
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
  const ask = async (abortSignal: AbortSignal): Promise<Run[]> => {
    const options = { ...request, maxRetries: 0, abortSignal }
    const looked = ids.map(async (id) => ended.get(id) ?? getRun(client, id, options))
    const runs = await Promise.all(looked)
    for (const run of runs) if (isFinal(run)) ended.set(run.run_id, run)
    return runs
  }
  const leaving = 'Stopped waiting. The runs go on, and bill.'
  try {
    return await waiting(context.output, `Waiting for ${ids.length} runs`, leaving, (progress) =>
      poll(ask, {
        isDone: (runs) => (any ? runs.some(isFinal) : runs.every(isFinal)),
        limit: waitTimeout * 1000,
        onAnswer: (runs) => {
          const count = runs.filter(isFinal).length
          progress.update(`Waiting: ${count} of ${ids.length} runs have ended`)
        },
      }),
    )
  } catch (error) {
    if (!(error instanceof PollTimeout)) throw error
    throw new CliError('wait_timeout', 'Not every run has ended. They go on, and bill.', {
      hint: `Wait on: \`skyvern task wait ${ids.join(' ')}\``,
    })
  }
}
