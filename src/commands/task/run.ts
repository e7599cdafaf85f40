/**
 * `task run`: submits a task and, unless told otherwise, waits for its output: chained tasks must not overlap. Without
 * a current session it refuses, because a fresh browser would silently be logged out.
 */
import type { Command } from 'commander'
import type { Client } from '../../http/request.ts'
import type { Run, RunTaskRequest } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { Interrupted, interruptible } from '../../interrupts.ts'
import type { Interruption } from '../../interrupts.ts'
import { submitTask } from '../../runs/submit.ts'
import { checkDropped } from '../../sessions/dropped.ts'
import { makeFolder } from '../../files/save.ts'
import { profileIdOf } from '../../sessions/profile.ts'
import { readText } from '../../options/text.ts'
import { follow } from '../../runs/follow.ts'
import { addTaskOptions, taskRequest } from '../../runs/options.ts'
import type { TaskOptions } from '../../runs/options.ts'
import { checkSession } from '../../runs/session-check.ts'

/** Goes on from the current page, returns output, and releases the session on every server. */
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
  const { output } = context
  const prompt = promptOf(given, options)
  if (options.downloadDir !== undefined && options.wait === false) {
    throw usageError('--download-dir needs the wait: there is nothing to save before the end.')
  }
  const sessionId = sessionOf(context, options)
  const engine = chooseEngine(context, options, sessionId)
  const request = taskRequest(options)
  const wanted = options.profile ?? options.browserProfileId
  const client = await context.client()
  if (options.downloadDir !== undefined && !client.dryRun) makeFolder(options.downloadDir)
  if (sessionId && !context.globals.dryRun) await checkSession(context, client, sessionId, options)
  const profile = wanted === undefined ? undefined : await profileIdOf(client, wanted)
  const body = {
    prompt,
    ...request,
    engine,
    browser_session_id: sessionId,
    browser_profile_id: profile,
  }
  await checkDropped(context, client, 'run', body)
  // From before the submit: a run that was just made must not be left without a word.
  const interruption = interruptible('follow')
  try {
    const run = await submit(context, client, body, interruption)
    output.made = { runId: run.run_id, open: true }
    output.note(`Run ${[run.run_id, engine, run.app_url].filter(Boolean).join(' · ')}`)
    if (options.wait === false) {
      output.result(run, run.run_id)
      const received = interruption.received()
      if (received) throw new Interrupted(received)
      return
    }
    await follow(context, client, run, {
      limitSeconds: options.waitTimeout,
      onInterrupt: options.onInterrupt,
      downloadDir: options.downloadDir,
      sessionId,
      interruption,
    })
  } finally {
    interruption.release()
  }
}

/** The answer is waited for even after a signal: without it nobody knows the run. */
async function submit(
  context: Context,
  client: Client,
  body: RunTaskRequest,
  { signal, received }: Interruption,
): Promise<Run> {
  const { output } = context
  const onSignal = (): void =>
    output.note('The task is being submitted: waiting for the answer. Again to leave at once.')
  signal.addEventListener('abort', onSignal)
  try {
    const note = (text: string): void => output.note(text)
    const request = { ...context.requestOptions(), lastTry: signal }
    return await submitTask(client, body, { note, request })
  } catch (error) {
    const overtaken = received()
    throw overtaken ? new Interrupted(overtaken, error) : error
  } finally {
    signal.removeEventListener('abort', onSignal)
  }
}

function promptOf(given: string | undefined, options: TaskOptions): string {
  if (given !== undefined && options.prompt !== undefined) {
    throw usageError('The prompt is given twice.')
  }
  const prompt = readText(given ?? options.prompt ?? '', 'The prompt').trim()
  if (prompt) return prompt
  throw usageError(
    'The prompt is missing.',
    'For example: skyvern task run "Extract all invoice numbers"',
  )
}

/** The session that the task runs in; undefined for a fresh browser, which must be asked for. */
function sessionOf(
  context: Context,
  { session, browserSessionId }: TaskOptions,
): string | undefined {
  if (session === false) return undefined
  return context.sessionId(session ?? browserSessionId, 'For a fresh browser, add --no-session.')
}

function chooseEngine(
  context: Context,
  options: TaskOptions,
  sessionId: string | undefined,
): string | undefined {
  const chosen = context.settings.engine(options.engine)
  // The server refuses a profile with its own default engine.
  const profile = options.profile ?? options.browserProfileId
  if (!sessionId) return chosen?.value ?? (profile === undefined ? undefined : SESSION_ENGINE)
  if (chosen && chosen.value !== SESSION_ENGINE && options.url === undefined) {
    context.warn(
      `${chosen.value} (${chosen.source}) without --url leaves the current page: the server makes an address up.`,
    )
  }
  return chosen?.value ?? SESSION_ENGINE
}
