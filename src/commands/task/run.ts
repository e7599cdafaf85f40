/**
 * `task run`: submits a task and waits for its output, because chained tasks must not overlap. Without a current session
 * it fails: a run in a fresh browser would be logged out.
 */
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { readText } from '../../options/text.ts'
import { addTaskOptions, taskRequest } from '../../runs/options.ts'
import type { TaskOptions } from '../../runs/options.ts'
import { placeOf, startRun } from '../../runs/start.ts'
import type { RunPlace } from '../../runs/start.ts'
import { taskSubmission } from '../../runs/submit.ts'
import { checkDropped } from '../../sessions/dropped.ts'

/** With this engine, a run continues from the current page, returns output, and releases the session on every server. */
const SESSION_ENGINE = 'skyvern-2.0'

export function define(command: Command, context: Context): void {
  addTaskOptions(
    command.argument('[prompt]', 'What to do: text, @file, or - for standard input'),
  ).action((prompt: string | undefined, options: TaskOptions) => run(context, prompt, options))
}

async function run(
  context: Context,
  given: string | undefined,
  options: TaskOptions,
): Promise<void> {
  const prompt = promptOf(given, options)
  const request = taskRequest(options)
  const place = await placeOf(context, options)
  const { client, sessionId, profileId } = place
  const engine = chooseEngine(context, options, place)
  const body = {
    prompt,
    ...request,
    engine,
    browser_session_id: sessionId,
    browser_profile_id: profileId,
  }
  await checkDropped(context, client, 'run', body)
  await startRun(
    context,
    place,
    (file_ids) => taskSubmission(client, { ...body, file_ids }),
    options,
    engine,
  )
}

function promptOf(given: string | undefined, options: TaskOptions): string {
  if (given !== undefined && options.prompt !== undefined) {
    throw usageError('There are two prompts. Use the argument or --prompt.')
  }
  const prompt = readText(given ?? options.prompt ?? '', 'The prompt').trim()
  if (prompt) return prompt
  throw usageError(
    'The prompt is missing.',
    'For example: skyvern task run "Extract all invoice numbers"',
  )
}

function chooseEngine(
  context: Context,
  options: TaskOptions,
  { sessionId, profileId }: RunPlace,
): string | undefined {
  const chosen = context.settings.engine(options.engine)
  // With its default engine, the server refuses a profile.
  if (!sessionId) return chosen?.value ?? (profileId === undefined ? undefined : SESSION_ENGINE)
  if (chosen && chosen.value !== SESSION_ENGINE && options.url === undefined) {
    context.warn(
      `${chosen.value} (${chosen.source}) without --url leaves the current page: the server chooses an address.`,
    )
  }
  return chosen?.value ?? SESSION_ENGINE
}
