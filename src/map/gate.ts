/**
 * Holds back requests that cost money. While the server limits requests, refuses for lack of credit or cannot be reached,
 * requests wait without using up their retries. Afterwards they continue slowly: one, then two, then four at a time.
 */
import { ApiError } from '../http/errors.ts'
import { uptime } from '../http/clock.ts'
import { pauseAfter } from '../http/retry.ts'

/** Milliseconds; a longer pause that the server asks for is cut to this. */
const LONGEST_ASKED_FOR = 15 * 60_000
/** Milliseconds without credit or connection after which the map stops. */
const PATIENCE = 15 * 60_000

export interface GateOptions {
  /** The most requests at once. */
  most: number
  /** Called once for each pause. */
  onPause: (error: ApiError, milliseconds: number) => void
  patience?: number
}

export class Gate {
  private pausedUntil = 0
  private pausesInARow = 0
  private troubledSince: number | undefined
  private passing = 0
  private turns: number
  private waiting: (() => void)[] = []

  constructor(private readonly options: GateOptions) {
    this.turns = options.most
  }

  /**
   * Sends as soon as it may, and again each time the server puts it off. Undefined if `wanted` became false first.
   * @throws what `send` throws, unless the server only puts it off, and not for too long
   */
  async pass<T>(send: () => Promise<T>, wanted: () => boolean): Promise<T | undefined> {
    for (;;) {
      if (!(await this.turn(wanted))) return undefined
      try {
        const answer = await send()
        this.relax()
        return answer
      } catch (error) {
        if (!this.putsOff(error)) throw error
      } finally {
        this.passing--
        this.wake()
      }
    }
  }

  /** Makes all waiting requests check again whether they are still wanted. */
  wake(): void {
    for (const look of this.waiting.splice(0)) look()
  }

  /** Sets the timer again if it fires early: Node counts a timer from the start of the tick that sets it. */
  private wakeAfterPause(): void {
    const left = this.pausedUntil - uptime()
    if (left > 0) setTimeout(() => this.wakeAfterPause(), Math.ceil(left))
    else this.wake()
  }

  private async turn(wanted: () => boolean): Promise<boolean> {
    while (wanted() && (this.passing >= this.turns || uptime() < this.pausedUntil)) {
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    }
    if (!wanted()) return false
    this.passing++
    return true
  }

  private relax(): void {
    this.pausesInARow = 0
    this.troubledSince = undefined
    this.turns = Math.min(this.options.most, this.turns * 2)
  }

  /** Whether the error is a reason to try again later. If so, starts the pause. */
  private putsOff(error: unknown): error is ApiError {
    if (!(error instanceof ApiError)) return false
    const isLimit = error.kind === 'rate_limited'
    if (!isLimit && error.kind !== 'payment' && (error.sent || !error.transient)) return false
    const now = uptime()
    this.troubledSince ??= now
    if (!isLimit && now - this.troubledSince >= (this.options.patience ?? PATIENCE)) return false
    this.turns = 1
    // This request was already under way when the pause began.
    if (now < this.pausedUntil) return true
    const pause = Math.min(pauseAfter(error, this.pausesInARow++), LONGEST_ASKED_FOR)
    this.pausedUntil = now + pause
    this.wakeAfterPause()
    this.options.onPause(error, pause)
    return true
  }
}
