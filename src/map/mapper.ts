/** The workers of a map. Each has one session and runs one row at a time. */
import type { BrowserSession } from '../api/types.ts'
import { ApiError } from '../http/errors.ts'
import { Attempts } from './attempts.ts'
import type { AttemptsOptions } from './attempts.ts'
import { JournalError } from './journal.ts'
import type { Plan, Task } from './plan.ts'
import { LostCreate } from './pool.ts'
import { Queue } from './queue.ts'

interface Start {
  place: BrowserSession | undefined
  task?: Task
}

/** Milliseconds that a session must have left to take another row. */
const LEAST_TIME_LEFT = 60_000

export class Mapper {
  /** Why the map stopped early. */
  failure: unknown
  private readonly queue: Queue
  private readonly inFlight: Task[]
  private readonly attempts: Attempts

  constructor(
    plan: Plan,
    private readonly options: Omit<AttemptsOptions, 'queue' | 'onTooManyFailed'> & {
      stop: AbortController
    },
  ) {
    this.queue = new Queue(plan.queue)
    this.inFlight = [...plan.inFlight]
    const { queue } = this
    this.attempts = new Attempts({ ...options, queue, onTooManyFailed: () => this.drain() })
  }

  /** @param size the number of sessions at once */
  async run(size: number): Promise<void> {
    const idle = new Map(this.options.pool.open)
    const starts: Start[] = this.inFlight.map((task) => {
      const place = idle.get(task.inFlight?.session_id ?? '')
      if (place) idle.delete(place.browser_session_id)
      return { place, task }
    })
    starts.push(...[...idle.values()].map((place) => ({ place })))
    const missing = Math.min(size, this.queue.length) - starts.length
    for (let more = 0; more < missing; more++) starts.push({ place: undefined })
    await Promise.all(starts.map((start, at) => this.work(start, at < size)))
  }

  /** Sends no more rows. */
  drain(): void {
    this.queue.isClosed = true
    this.options.gate.wake()
    this.options.pool.gate.wake()
  }

  /** @param goesOn false for a worker that only finishes its first row */
  private async work({ place, task }: Start, goesOn: boolean): Promise<void> {
    let last = place
    try {
      if (task) last = await this.attempts.resume(task, place)
      if (goesOn) last = await this.workOff(last)
      if (last) await this.options.pool.close(last.browser_session_id)
    } catch (error) {
      this.fail(error)
    }
  }

  /** Runs row after row until the queue is empty. */
  private async workOff(first: BrowserSession | undefined): Promise<BrowserSession | undefined> {
    let place = first
    while (this.queue.isWanting()) {
      place = await this.placeFor(place)
      const task = place && this.queue.take()
      if (place && task) place = await this.attempts.submit(task, place)
      // Workers that wait for a session may no longer need one.
      if (!this.queue.isWanting()) this.options.pool.gate.wake()
    }
    return place
  }

  /** The session if it lives long enough for another row, else a new one; undefined if none was created. */
  private async placeFor(place: BrowserSession | undefined): Promise<BrowserSession | undefined> {
    const { pool } = this.options
    if (place) {
      const needed = Math.max(LEAST_TIME_LEFT, 2 * this.attempts.longestRun)
      if (pool.timeLeft(place) > needed) return place
      await pool.close(place.browser_session_id)
    }
    try {
      return await pool.openOne(this.queue.isWanting)
    } catch (error) {
      if (error instanceof LostCreate) return undefined
      throw error
    }
  }

  private fail(error: unknown): void {
    const { stop } = this.options
    if (stop.signal.aborted) return
    this.failure ??= error
    this.drain()
    // A server that refuses the key cannot be asked about the other rows either.
    const isLost = error instanceof ApiError && error.kind === 'auth'
    if (isLost || !(error instanceof ApiError || error instanceof JournalError)) stop.abort()
  }
}
