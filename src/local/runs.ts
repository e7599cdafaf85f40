/** Task runs: submits, executes, cancels and stores them. */
import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext } from 'playwright-core'
import { isFinal } from '../api/values.ts'
import type { Artifacts, Origin } from './artifacts.ts'
import { RunTimeout } from './browsers.ts'
import type { Workplace } from './browsers.ts'
import type { Records } from './records.ts'
import { collectDownloads } from './downloads.ts'
import type { Downloads } from './downloads.ts'
import { carryOut } from './steps/index.ts'
import type { TaskInput, TaskResult } from './steps/index.ts'
import { newRun, refuseFinal } from './run-record.ts'
import type { RunRecord, RunRequest } from './run-record.ts'
import { endStep, startStep } from './timeline.ts'
import type { AttachedFile } from './uploads.ts'
import { notFound, wireTime } from './wire.ts'

/** Milliseconds that a stopped run may take to release its browser. */
const LETS_GO_WITHIN = 3_000

export interface RunOrder extends RunRequest {
  session: string | null
  headers: Record<string, string> | null
  task: Omit<TaskInput, 'signal' | 'log' | 'onStep'>
}

/** The files that were uploaded for a run: assigned when it has its id, deleted when it has ended. */
export interface Attachments {
  attach: (runId: string) => AttachedFile[]
  release: (runId: string) => Promise<void>
}

/** Provides a browser for the run; `until` settles when the run no longer needs it. */
export type Enter = (
  run: RunRecord,
  until: Promise<void> | undefined,
) => Workplace | Promise<Workplace>

interface Active {
  cancel: AbortController
  done: Promise<void>
}

export class Runs {
  private readonly active = new Map<string, Active>()
  /** Emits an event with the id of each run that ends. */
  private readonly endings = new EventEmitter().setMaxListeners(0)

  constructor(
    private readonly records: Records<RunRecord>,
    private readonly artifacts: Artifacts,
    private readonly now: () => number,
    private readonly log: (line: string) => void,
  ) {
    for (const run of this.records.newestFirst().filter((record) => !isFinal(record))) {
      const failure_reason = 'The embedded backend ended while this run was going on.'
      this.finish(run.run_id, { status: 'failed', failure_reason })
    }
  }

  /** Returns at once; the run continues in the background. */
  submit(options: RunOrder, enter: Enter, attachments?: Attachments): RunRecord {
    const run = newRun(options, this.now())
    this.records.put(run.run_id, run)
    const files = attachments?.attach(run.run_id) ?? []
    const task = { ...options.task, files }
    const cancel = new AbortController()
    const done = this.work(run, { ...options, task }, enter, cancel.signal).finally(() => {
      this.active.delete(run.run_id)
      return attachments?.release(run.run_id)
    })
    this.active.set(run.run_id, { cancel, done })
    return run
  }

  /** By its own id or its `wr_…` id. */
  find(id: string): RunRecord | undefined {
    const found = this.records.get(id)
    return found ?? this.records.newestFirst().find((run) => run.workflow_run_id === id)
  }

  /** Settles when the run has ended, at the latest after `ms`. */
  async untilEnded(id: string, ms: number): Promise<void> {
    const run = this.find(id)
    if (run === undefined || isFinal(run)) return
    const timer = new AbortController()
    const late = sleep(ms, undefined, { signal: timer.signal, ref: false }).catch(() => undefined)
    const ended = once(this.endings, run.run_id, { signal: timer.signal }).catch(() => undefined)
    await Promise.race([ended, late])
    timer.abort()
  }

  newestFirst(): RunRecord[] {
    return this.records.newestFirst()
  }

  /** Leaves a finished 2.0 run unchanged without an error, and does not accept a `wr_…` id, as on the real server. */
  async cancel(id: string): Promise<void> {
    const run = this.records.get(id)
    if (run === undefined) throw notFound(`Run not found ${id}`)
    if (!['task_v2', 'workflow_run'].includes(run.run_type)) refuseFinal(run)
    else if (isFinal(run)) return
    this.finish(id, { status: 'canceled' })
    const active = this.active.get(id)
    active?.cancel.abort(new Error('The run was canceled.'))
    await active?.done
  }

  async cancelAll(): Promise<void> {
    const going = [...this.active].filter(([id]) => !this.records.get(id)?.finished_at)
    await Promise.all(going.map(([id]) => this.cancel(id)))
    await Promise.all([...this.active.values()].map(({ done }) => done))
  }

  private async work(
    run: RunRecord,
    options: RunOrder,
    enter: Enter,
    canceled: AbortSignal,
  ): Promise<void> {
    // The submit is answered before the first step.
    await sleep(0)
    let place: Workplace | undefined
    try {
      place = await enter(run, this.active.get(run.run_id)?.done)
      canceled.throwIfAborted()
      const signal = AbortSignal.any([canceled, place.signal])
      this.update(run.run_id, { status: 'running', started_at: wireTime(this.now()) })
      const result = await this.perform(run.run_id, options, place.context, signal)
      signal.throwIfAborted()
      this.finish(run.run_id, {
        status: result.status,
        output: result.output ?? null,
        step_count: result.stepCount,
        failure_reason: result.status === 'completed' ? null : result.failureReason,
      })
    } catch (error) {
      const reason = place?.signal.aborted ? place.signal.reason : error
      this.fail(run.run_id, reason instanceof Error ? reason : new Error(String(reason)))
    } finally {
      await place?.leave?.().catch((error: Error) => this.log(`${run.run_id} ${error.message}`))
    }
  }

  /** Runs the steps, and collects their results. */
  private async perform(
    runId: string,
    options: RunOrder,
    context: BrowserContext,
    signal: AbortSignal,
  ): Promise<TaskResult> {
    const { headers, session, task } = options
    if (headers !== null) await context.setExtraHTTPHeaders(headers)
    const downloads = collectDownloads(context)
    const origin = { run_id: runId, browser_session_id: session }
    const log = (line: string): void => this.log(`${runId} ${line}`)
    const onStep = (description: string): void => this.note(runId, description)
    let result: TaskResult
    let lost: string | undefined
    try {
      result = await Promise.race([
        carryOut(context, { ...task, signal, log, onStep }),
        stopped(signal),
      ])
    } finally {
      lost = await this.keepDownloads(downloads, signal, origin)
      if (!signal.aborted) await this.artifacts.keepScreenshot(context, origin)
      if (headers !== null) await context.setExtraHTTPHeaders({}).catch(() => {})
    }
    if (lost === undefined || result.status !== 'completed') return result
    return { ...result, status: 'failed', failureReason: lost }
  }

  /** Names the first download that did not arrive. */
  private async keepDownloads(
    downloads: Downloads,
    signal: AbortSignal,
    origin: Origin,
  ): Promise<string | undefined> {
    const all = await downloads.finish(signal)
    for (const { name, path, lost } of all) {
      if (lost === null) await this.artifacts.keepDownload(name, path, origin)
    }
    const missing = all.find(({ lost }) => lost !== null)
    return missing && `The download “${missing.name}” did not arrive (${missing.lost}).`
  }

  private fail(id: string, error: Error): void {
    const run = this.records.get(id)
    if (run === undefined || isFinal(run)) return
    this.finish(id, {
      status: error instanceof RunTimeout ? 'timed_out' : 'failed',
      failure_reason: error.message.split('\n')[0] ?? error.name,
    })
  }

  /** Only the first end counts. */
  private finish(id: string, ending: Partial<RunRecord>): void {
    const run = this.records.get(id)
    if (run === undefined || isFinal(run)) return
    this.log(`${id} ${ending.status}`)
    const finished = wireTime(this.now())
    const { status = run.status, failure_reason: reason = null } = ending
    const steps = endStep(run.steps ?? [], status, reason, finished)
    this.update(id, { ...ending, steps, finished_at: finished })
    this.endings.emit(id)
  }

  /** Records the start of a step. */
  private note(id: string, description: string): void {
    const run = this.records.get(id)
    if (run === undefined || isFinal(run)) return
    const now = this.now()
    this.update(id, { steps: startStep(run.steps, description, now, wireTime(now)) })
  }

  private update(id: string, change: Partial<RunRecord>): void {
    const run = this.records.get(id)
    if (run === undefined || (isFinal(run) && change.status === 'running')) return
    this.records.put(id, { ...run, ...change, modified_at: wireTime(this.now()) })
  }
}

/** Rejects with the reason of the abort after a grace period, in case the steps do not stop by themselves. */
function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = (): void => {
      setTimeout(() => reject(signal.reason as Error), LETS_GO_WITHIN).unref()
    }
    signal.addEventListener('abort', giveUp, { once: true })
  })
}
