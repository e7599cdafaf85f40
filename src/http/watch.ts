/**
 * Waits for many things at once. Each second it reads one list of those that are still pending, and then reads each one
 * that is missing from the list. Only that read counts: a list can lack a pending item, because pages shift.
 */
import { uptime } from './clock.ts'
import { ApiError } from './errors.ts'
import { sleep } from './retry.ts'
import { Failures, LAST_POLL, LONGEST_TIMER, SILENT } from './wait.ts'
import type { PollOptions } from './wait.ts'

export interface WatchOptions<T> {
  /** The ids of those that are still pending. */
  list: (poll: PollOptions) => Promise<Set<string>>
  look: (id: string, poll: PollOptions) => Promise<T>
  hasCome: (value: T) => boolean
  /** Once aborted, all waits end. */
  stop: AbortSignal
}

interface Waiter<T> {
  /** The first is read by `look`; the list may have any of them. */
  ids: [string, ...string[]]
  /** The limit, by `uptime`. */
  until: number
  /** The earliest time of the next look, by `uptime`. */
  lookAfter: number
  looks: number
  looking: boolean
  failures: Failures
  /** Ends the wait if the server does not answer at the limit. */
  timer: NodeJS.Timeout | undefined
  resolve: (value: T) => void
  reject: (error: unknown) => void
}

/** Milliseconds. */
const INTERVAL = 1000
const FIRST_LIST = 300
const LONGEST_PAUSE = 30_000

export class Watch<T> {
  private readonly waiters = new Set<Waiter<T>>()
  private readonly poll: PollOptions
  private listing: Promise<void> | undefined
  /** True if the server has no such list. Everything is then read, less and less often. */
  private isBlind = false

  constructor(private readonly options: WatchOptions<T>) {
    this.poll = { maxRetries: 0, abortSignal: options.stop }
    options.stop.addEventListener('abort', () => this.failAll())
  }

  /**
   * @param limit seconds
   * @throws WaitTimeout at the limit · ApiError for a permanent failure, `aborted` for the signal
   */
  wait(ids: [string, ...string[]], limit: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const until = uptime() + limit * 1000
      const state = { lookAfter: 0, looks: 0, looking: false, timer: undefined }
      const waiter: Waiter<T> = { ids, until, ...state, failures: new Failures(), resolve, reject }
      const silentAfter = Math.max(0, limit * 1000) + LAST_POLL
      if (silentAfter < LONGEST_TIMER) {
        waiter.timer = setTimeout(() => this.giveUp(waiter, waiter.failures, SILENT), silentAfter)
      }
      this.waiters.add(waiter)
      if (this.options.stop.aborted) return this.failAll()
      this.listing ??= this.listUntilAllCame().finally(() => (this.listing = undefined))
    })
  }

  private async listUntilAllCame(): Promise<void> {
    const failures = new Failures()
    let pause = FIRST_LIST
    for (;;) {
      const limits = [...this.waiters].map(({ until }) => until - uptime())
      await sleep(Math.max(0, Math.min(pause, ...limits)), this.options.stop)
      if (this.waiters.size === 0) return
      // What is added while the list is being read may be missing from it.
      const before = [...this.waiters]
      pause = INTERVAL
      try {
        const going = this.isBlind ? new Set<string>() : await this.options.list(this.poll)
        failures.clear()
        for (const waiter of before) if (this.isDue(waiter, going)) void this.look(waiter)
      } catch (error) {
        pause = this.pauseAfter(failures, error)
        if (this.isBlind) continue
        const late = before.filter(({ until }) => uptime() >= until)
        for (const waiter of late) this.giveUp(waiter, failures)
      }
    }
  }

  private pauseAfter(failures: Failures, error: unknown): number {
    try {
      return failures.add(error)
    } catch {
      this.isBlind = true
      return 0
    }
  }

  private isDue(waiter: Waiter<T>, going: Set<string>): boolean {
    if (!this.waiters.has(waiter) || waiter.looking) return false
    const now = uptime()
    return (
      now >= waiter.until || (now >= waiter.lookAfter && !waiter.ids.some((id) => going.has(id)))
    )
  }

  private async look(waiter: Waiter<T>): Promise<void> {
    waiter.looking = true
    try {
      const value = await this.options.look(waiter.ids[0], this.poll)
      waiter.failures.clear()
      if (this.options.hasCome(value)) this.settle(waiter, () => waiter.resolve(value))
      else if (uptime() >= waiter.until) this.giveUp(waiter, waiter.failures)
      else waiter.lookAfter = uptime() + Math.min(INTERVAL * 2 ** waiter.looks++, LONGEST_PAUSE)
    } catch (error) {
      try {
        waiter.lookAfter = uptime() + waiter.failures.add(error)
        if (uptime() >= waiter.until) this.giveUp(waiter, waiter.failures)
      } catch {
        this.settle(waiter, () => waiter.reject(error))
      }
    } finally {
      waiter.looking = false
    }
  }

  private giveUp(waiter: Waiter<T>, failures: Failures, failure = failures.last): void {
    this.settle(waiter, () => waiter.reject(failures.late(undefined, failure)))
  }

  private settle(waiter: Waiter<T>, tell: () => void): void {
    clearTimeout(waiter.timer)
    if (this.waiters.delete(waiter)) tell()
  }

  private failAll(): void {
    const error = new ApiError('aborted', 'Interrupted')
    for (const waiter of this.waiters) this.settle(waiter, () => waiter.reject(error))
  }
}
