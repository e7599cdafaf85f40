/** Takes a run from the command line to its output: place, files, submit, wait. Shared by all commands that make a run. */
import type { BrowserSession, Run } from '../api/types.ts'
import type { Context } from '../context.ts'
import { usageError } from '../errors.ts'
import { makeFolder } from '../files/save.ts'
import { openFiles } from '../files/upload.ts'
import type { FilePart } from '../http/multipart.ts'
import type { Client } from '../http/request.ts'
import { Interrupted, interruptible } from '../interrupts.ts'
import type { Interruption } from '../interrupts.ts'
import { profileIdOf } from '../sessions/profile.ts'
import { attachFiles } from './attach.ts'
import { follow } from './follow.ts'
import { rememberRun } from './last.ts'
import type { RunOptions } from './options.ts'
import { checkSession } from './session-check.ts'
import { submit } from './submit.ts'
import type { Submission } from './submit.ts'

/** Where a run works: a session, or a fresh browser, maybe with a profile. */
export interface RunPlace {
  client: Client
  sessionId?: string
  /** The session before the run. */
  session?: BrowserSession
  profileId?: string
  /** What the run needs besides its request. */
  files: FilePart[]
}

export interface StartOptions extends RunOptions {
  /** Paths of the files to upload. */
  file?: string[]
}

/**
 * The client and the place of a run. Checks the session, because a server accepts a run for a busy session and lets it
 * fail. @throws CliError `no_current_session`, `session_ended`, `session_busy`, `not_found`, `usage`
 */
export async function placeOf(context: Context, options: StartOptions): Promise<RunPlace> {
  const { session, browserSessionId, downloadDir } = options
  if (downloadDir !== undefined && options.wait === false) {
    throw usageError(
      '--download-dir cannot be used with --no-wait: files are saved when the run has ended.',
    )
  }
  const files = await openFiles(options.file ?? [], '--file')
  const otherwise = 'For a fresh browser, add --no-session.'
  const sessionId =
    session === false ? undefined : context.sessionId(session ?? browserSessionId, otherwise)
  const client = await context.client()
  if (downloadDir !== undefined && !client.dryRun) makeFolder(downloadDir)
  const looked =
    sessionId && !client.dryRun
      ? await checkSession(context, client, sessionId, options)
      : undefined
  const profile = options.profile ?? options.browserProfileId
  const profileId = profile === undefined ? undefined : await profileIdOf(client, profile)
  return { client, sessionId, session: looked, profileId, files }
}

/**
 * Uploads the files, submits the run, and prints its id. Then waits and prints the output, unless `--no-wait` is given.
 * @param submissionOf receives the ids of the uploaded files
 * @param label a description of the run beside its id
 */
export async function startRun(
  context: Context,
  { client, sessionId, session, files }: RunPlace,
  submissionOf: (fileIds?: string[]) => Submission,
  options: RunOptions,
  label?: string,
): Promise<void> {
  const { output } = context
  // Active before the submit, so that a new run is always reported.
  const interruption = interruptible('follow')
  try {
    const run = await attachFiles(context, client, files, interruption, (fileIds) =>
      submitOnce(context, client, submissionOf(fileIds), interruption),
    )
    output.note(`Run ${[run.run_id, label, run.app_url].filter(Boolean).join(' · ')}`)
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
      session,
    })
  } finally {
    interruption.release()
  }
}

/** Waits for the answer even after a signal, because it contains the run's id. */
async function submitOnce(
  context: Context,
  client: Client,
  submission: Submission,
  { signal, received }: Interruption,
): Promise<Run> {
  const { output } = context
  const onSignal = (): void => {
    const { what } = submission
    output.note(`Submitting ${what}: waiting for the answer. Press Ctrl-C again to stop at once.`)
  }
  signal.addEventListener('abort', onSignal)
  try {
    const note = (text: string): void => output.note(text)
    const request = { ...context.requestOptions(), lastTry: signal }
    const run = await submit(client, submission, { note, request })
    output.made = { runId: run.run_id, open: true }
    rememberRun(context, run.run_id)
    return run
  } catch (error) {
    const overtaken = received()
    throw overtaken ? new Interrupted(overtaken, error) : error
  } finally {
    signal.removeEventListener('abort', onSignal)
  }
}
