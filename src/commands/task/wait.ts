/** `task wait`: waits for runs, all of them or the first that ends, and prints their output. */
import type { Command } from 'commander'
import type { Client } from '../../http/request.ts'
import { getRun } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { CliError, ifBilled } from '../../errors.ts'
import { interruptible } from '../../interrupts.ts'
import { failureOf, waitForRuns } from '../../runs/wait.ts'
import { runIdOf, takesRuns } from '../../runs/last.ts'
import type { Settled } from '../../runs/wait.ts'
import { throwGravest } from '../../output/report.ts'
import { waitTimeoutOption } from '../../options/duration.ts'
import { parseIds } from '../../options/parse.ts'
import { waiting } from '../../output/waiting.ts'
import { follow, outputText } from '../../runs/follow.ts'

interface WaitOptions {
  any?: boolean
  waitTimeout: number
}

export function define(command: Command, context: Context): void {
  takesRuns(command)
    .option('--any', 'Wait only for the first that ends')
    .addOption(waitTimeoutOption(30 * 60))
    .action((given: string[], options: WaitOptions) => wait(context, given, options))
}

async function wait(context: Context, given: string[], options: WaitOptions): Promise<void> {
  const ids = given.length > 0 ? parseIds(given) : [runIdOf(context, undefined)]
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
  const { ended, failures } = await settle(context, client, [...new Set(ids)], options)
  if (ended.length > 0) {
    context.output.result(ended, ended.map(outputText).filter(Boolean).join('\n'))
  }
  throwGravest(context.output, [...ended.flatMap((run) => failureOf(run) ?? []), ...failures])
}

/** Runs that have not ended are one failure, whose hint waits for them again. */
async function settle(
  context: Context,
  client: Client,
  ids: string[],
  { any = false, waitTimeout: limitSeconds }: WaitOptions,
): Promise<Settled> {
  const abandonText = `Stopped waiting. The runs go on${ifBilled(client, ' and bill')}.`
  const { ended, failures } = await waiting(
    context.output,
    `Waiting for ${ids.length} runs`,
    abandonText,
    (progress) =>
      waitForRuns(client, ids, any, {
        limitSeconds,
        request: context.requestOptions(),
        onEnd: (count) => progress.update(`Waiting: ${count} of ${ids.length} runs have ended`),
      }),
  )
  const late = failures.filter(({ code }) => code === 'wait_timeout')
  if (late.length < 2) return { ended, failures }
  const others = failures.filter((failure) => !late.includes(failure))
  return { ended, failures: [...others, together(late, ids.length, client)] }
}

function together(late: CliError[], all: number, client: Client): CliError {
  const ids = late.map(({ details }) => details.runId)
  const message = `${late.length} of ${all} runs have not ended, as far as is known. They may go on${ifBilled(client, ' and bill')}.`
  return new CliError(
    'wait_timeout',
    [message, client.silence?.sentence].filter(Boolean).join(' '),
    {
      hint: `Wait on: \`skyvern task wait ${ids.join(' ')}\``,
    },
  )
}
