/**
 * Waiting for many things at once: one list a second of those that have not come, and a look at each that is missing
 * from it. A list may lack something all the same, because pages shift while new runs come in: only the look counts.
 */
import { ApiError } from '../http/errors.ts'
import { uptime } from '../http/clock.ts'
import { sleep } from '../http/retry.ts'
import { Failures, WaitTimeout } from '../http/wait.ts'

export interface WatchOptions<T> {
  /** The ids of what has not come so far. */
  list: (signal: AbortSignal) => Promise<Set<string>>
  look: (id: string, signal: AbortSignal) => Promise<T>
  hasCome: (value: T) => boolean
  /** Aborted: nothing is waited for any more. */
  stop: AbortSignal
}

interface Waiter<T> {
  /** The first is looked at; the list may have any. */
  ids: [string, ...string[]]
  since: number
  /** Milliseconds to wait at the most. */
  limit: number
  /** By `uptime`: not looked at before. */
  lookAfter: number
  looks: number
  looking: boolean
  failures: Failures
  resolve: (value: T) => void
  reject: (error: unknown) => void
}

/** Milliseconds. */
const INTERVAL = 1000
const FIRST_LIST = 300
const LONGEST_PAUSE = 30_000

export class Watch<T> {
  private readonly waiters = new Set<Waiter<T>>()
  private listing: Promise<void> | undefined

  constructor(private readonly options: WatchOptions<T>) {
    options.stop.addEventListener('abort', () =>
      this.failAll(new ApiError('aborted', 'Interrupted')),
    )
  }

  /** @throws WaitTimeout at the limit · ApiError for what asking again cannot mend, `aborted` for the signal */
  wait(ids: [string, ...string[]], limit: number): Promise<T> {
    if (this.options.stop.aborted) return Promise.reject(new ApiError('aborted', 'Interrupted'))
    return new Promise((resolve, reject) => {
      const [since, failures] = [uptime(), new Failures()]
      const state = { lookAfter: 0, looks: 0, looking: false, failures }
      this.waiters.add({ ids, since, limit, ...state, resolve, reject })
      this.listing ??= this.listUntilAllCame().finally(() => (this.listing = undefined))
    })
  }

  private async listUntilAllCame(): Promise<void> {
    const failures = new Failures()
    let pause = FIRST_LIST
    for (;;) {
      await sleep(pause, this.options.stop)
      pause = INTERVAL
      if (this.waiters.size === 0) return
      // Whoever comes while the list is under way may be missing from it.
      const before = [...this.waiters]
      try {
        const going = await this.options.list(this.options.stop)
        failures.clear()
        for (const waiter of before) if (this.isDue(waiter, going)) void this.look(waiter)
      } catch (error) {
        try {
          pause = failures.add(error)
        } catch {
          return this.failAll(error)
        }
      }
    }
  }

  private isDue(waiter: Waiter<T>, going: Set<string>): boolean {
    const { ids, looking, lookAfter, since, limit } = waiter
    if (!this.waiters.has(waiter) || looking) return false
    const now = uptime()
    if (now - since >= limit) return true
    return now >= lookAfter && !ids.some((id) => going.has(id))
  }

  private async look(waiter: Waiter<T>): Promise<void> {
    waiter.looking = true
    try {
      const value = await this.options.look(waiter.ids[0], this.options.stop)
      waiter.failures.clear()
      if (this.options.hasCome(value)) return this.settle(waiter, () => waiter.resolve(value))
      if (uptime() - waiter.since >= waiter.limit) {
        return this.settle(waiter, () => waiter.reject(new WaitTimeout(value)))
      }
      waiter.lookAfter = uptime() + Math.min(INTERVAL * 2 ** waiter.looks++, LONGEST_PAUSE)
    } catch (error) {
      try {
        waiter.lookAfter = uptime() + waiter.failures.add(error)
      } catch {
        this.settle(waiter, () => waiter.reject(error))
      }
    } finally {
      waiter.looking = false
    }
  }

  private settle(waiter: Waiter<T>, tell: () => void): void {
    if (this.waiters.delete(waiter)) tell()
  }

  private failAll(error: unknown): void {
    for (const waiter of this.waiters) this.settle(waiter, () => waiter.reject(error))
  }
}
