/**
 * Runs one row in one session: notes it, sends it once, looks for the run if the answer is lost, waits, and writes down
 * the result. Each step returns the session if the next row can use it.
 */
import { runTask } from '../api/endpoints.ts'
import type { BrowserSession, Run } from '../api/types.ts'
import { zonedTime } from '../http/clock.ts'
import { ApiError, isInDoubt } from '../http/errors.ts'
import type { Client } from '../http/request.ts'
import { WaitTimeout } from '../http/wait.ts'
import type { Watch } from '../http/watch.ts'
import { cancelUnlessFinal } from '../runs/cancel.ts'
import { idsOf } from '../runs/watch.ts'
import { isUnknownSession } from '../sessions/close.ts'
import { findRun } from './find.ts'
import type { Gate } from './gate.ts'
import type { Journal } from './journal.ts'
import { isWorthARetry } from './plan.ts'
import type { Task } from './plan.ts'
import type { Pool } from './pool.ts'
import type { Queue } from './queue.ts'
import type { RowLine } from './results.ts'
import type { Tally } from './tally.ts'

export interface AttemptsOptions {
  client: Client
  journal: Journal
  pool: Pool
  queue: Queue
  gate: Gate
  runs: Watch<Run>
  tally: Tally
  /** Seconds that a run may take. */
  limit: number
  maxFailures: number
  onTooManyFailed: () => void
  /** Send a row again if nobody can tell whether it ran. */
  retryInDoubt: boolean
  stop: AbortController
}

/** After losing this many sessions, a row is not tried again. */
const MOST_LOST_SESSIONS = 3
/** A row that got lost this often on its way to the server is not sent again. */
const MOST_UNTAKEN = 3

type Place = BrowserSession | undefined

export class Attempts {
  /** Milliseconds that the longest run took. */
  longestRun = 0
  private readonly untaken = new Map<string, number>()

  constructor(private readonly options: AttemptsOptions) {}

  /** Sends a row once, and waits for the end of its run. */
  async submit(task: Task, place: BrowserSession): Promise<Place> {
    const { client, journal, gate, queue } = this.options
    const { browser_session_id: sessionId } = place
    task.tries++
    task.left--
    let run: Run | undefined
    try {
      await journal.commit(lineOf(task, 'submitting', { session_id: sessionId }))
      const body = { ...task.body, browser_session_id: sessionId }
      const send = (): Promise<Run> => runTask(client, body, { maxRetries: 0 })
      run = await gate.pass(send, () => !queue.isClosed)
    } catch (error) {
      return this.refused(task, place, error)
    }
    if (run) return this.follow(task, run, place)
    this.putBack(task)
    return place
  }

  /** Continues a row that was in flight when an earlier process ended. */
  async resume(task: Task, place: Place): Promise<Place> {
    const { run_id: runId, session_id: sessionId } = task.inFlight ?? {}
    if (runId) return this.follow(task, { run_id: runId }, place, sessionId ?? undefined)
    if (sessionId) return this.search(task, place, sessionId, 'the process ended before the answer')
    this.putBack(task)
    return place
  }

  private async refused(task: Task, place: BrowserSession, error: unknown): Promise<Place> {
    const { browser_session_id: sessionId } = place
    if (isInDoubt(error)) return this.search(task, place, sessionId, error.message)
    const isApiError = error instanceof ApiError
    if (isApiError && ['api', 'not_found', 'conflict'].includes(error.kind)) {
      if (!isUnknownSession(error)) {
        this.end(task, 'failed', { failure: error.message, session_id: sessionId })
        return place
      }
    } else if (!isApiError || error.kind !== 'gone') {
      this.putBack(task)
      throw error
    }
    this.options.pool.forget(sessionId)
    this.putBack(task)
    return undefined
  }

  /** Looks for the run of a submit in doubt. */
  private async search(task: Task, place: Place, sessionId: string, why: string): Promise<Place> {
    const { client, journal, stop, pool, retryInDoubt, tally } = this.options
    const found = await findRun(client, {
      sessionId,
      prompt: task.prompt,
      isKnown: (id) => journal.recorded.runs.has(id),
      stop: stop.signal,
    })
    if (typeof found === 'object') {
      tally.adopted++
      return this.follow(task, found.run, place, sessionId)
    }
    const untaken = (this.untaken.get(task.key) ?? 0) + 1
    this.untaken.set(task.key, untaken)
    if (found === 'absent' && untaken > MOST_UNTAKEN) {
      this.end(task, 'failed', {
        failure: `The server did not make a run: ${why}.`,
        session_id: sessionId,
      })
    } else if (found === 'absent' || retryInDoubt) this.putBack(task)
    else {
      tally.inDoubt.push(task.key)
      const failure = `It is unknown whether a run was made: ${why}.`
      journal.note(lineOf(task, 'in_doubt', { session_id: sessionId, failure }))
    }
    if (found === 'absent' || !place) return place
    // An unknown run may be active in it.
    await pool.close(sessionId)
    return undefined
  }

  /** Waits for the end of a run. */
  private async follow(
    task: Task,
    submitted: Pick<Run, 'run_id' | 'app_url'>,
    place: Place,
    sessionId = place?.browser_session_id,
  ): Promise<Place> {
    const { client, journal, runs, tally, limit } = this.options
    const { run_id: runId } = submitted
    journal.note(lineOf(task, 'running', { run_id: runId, session_id: sessionId ?? null }))
    const started = performance.now()
    tally.running++
    try {
      const run = await runs.wait(idsOf(submitted), limit)
      this.longestRun = Math.max(this.longestRun, performance.now() - started)
      return await this.settle(task, run, place, sessionId)
    } catch (error) {
      if (!(error instanceof WaitTimeout)) throw error
      const { run } = await cancelUnlessFinal(client, runId)
      const reason = `The run did not end within ${limit} s, and was canceled.`
      const late = { ...run, status: 'timed_out', failure_reason: reason }
      return await this.settle(task, run.status === 'canceled' ? late : run, place, sessionId)
    } finally {
      tally.running--
    }
  }

  private async settle(task: Task, run: Run, place: Place, sessionId?: string): Promise<Place> {
    const { pool } = this.options
    const facts = { ...factsOf(run), session_id: sessionId ?? null }
    const isStuck = /already occupied by/.test(run.failure_reason ?? '')
    const says = run.status === 'completed' || run.status === 'terminated'
    if (says || (!isStuck && sessionId !== undefined && (await pool.find(sessionId)))) {
      this.end(task, run.status, facts)
      return place
    }
    if (place && isStuck) await pool.close(place.browser_session_id)
    else if (place) pool.forget(place.browser_session_id)
    // Only a session of this process counts: an earlier process may have closed the other itself.
    if (place) task.lost++
    if (task.lost >= MOST_LOST_SESSIONS) this.end(task, run.status, facts)
    else this.putBack(task, facts)
    return undefined
  }

  /** Writes down how a try ended, and queues the row again if another try may help. */
  private end(task: Task, status: string, facts: Partial<RowLine>): void {
    const { journal, queue, tally, maxFailures, onTooManyFailed } = this.options
    journal.note(lineOf(task, status, facts))
    if (status === 'completed') return tally.done()
    if (task.left > 0 && facts.run_id && isWorthARetry(status)) return queue.putLast(task)
    tally.fail(task.key)
    if (tally.failedNow >= maxFailures) onTooManyFailed()
  }

  /** Queues the row again. It does not count as a try, because no run was made or its session ended. */
  private putBack(task: Task, facts: Partial<RowLine> = {}): void {
    task.tries--
    task.left++
    this.options.journal.note(lineOf(task, 'queued', facts))
    this.options.queue.putFirst(task)
  }
}

const lineOf = (task: Task, status: string, facts: Partial<RowLine>): RowLine => {
  const { key, tries, lost, row, prompt } = task
  return { key, status, ...facts, tries, lost: lost || undefined, row, prompt }
}

const factsOf = (run: Run): Partial<RowLine> => ({
  output: run.output ?? null,
  failure: run.status === 'completed' ? null : (run.failure_reason ?? `The run was ${run.status}.`),
  run_id: run.run_id,
  started_at: zonedOrNull(run.started_at),
  finished_at: zonedOrNull(run.finished_at),
})

const zonedOrNull = (time: string | null | undefined): string | null =>
  time ? zonedTime(time) : null
