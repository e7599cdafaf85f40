/**
 * What all rows pass before a request that costs money. While the server limits requests, wants to be paid or cannot be
 * reached, nobody passes, and nobody's retries are used up; after that, few at a time.
 */
import { ApiError } from '../http/errors.ts'
import { uptime } from '../http/clock.ts'
import { pauseAfter } from '../http/retry.ts'

/** Milliseconds. A server that asks for more is asked again all the same. */
const LONGEST_ASKED_FOR = 15 * 60_000
/** The map stops after this long without credit or without a connection to the server. */
const PATIENCE = 15 * 60_000

export interface GateOptions {
  /** How many may be on their way at once. */
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
   * Sends when it may, as often as the server puts it off. Undefined when `wanted` says no before it was sent.
   * @throws what `send` throws for any other reason, and for these ones when they last too long
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

  /** Lets those who wait look again whether they are still wanted. */
  wake(): void {
    for (const look of this.waiting.splice(0)) look()
  }

  /** Node counts a timer from the start of the tick that sets it, so that it may fire before its time. */
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

  /** Whether it is a reason to try again later, and if so, when. */
  private putsOff(error: unknown): error is ApiError {
    if (!(error instanceof ApiError)) return false
    const isLimit = error.kind === 'rate_limited'
    if (!isLimit && error.kind !== 'payment' && (error.sent || !error.transient)) return false
    const now = uptime()
    this.troubledSince ??= now
    if (!isLimit && now - this.troubledSince >= (this.options.patience ?? PATIENCE)) return false
    this.turns = 1
    // Others were on their way when this pause began.
    if (now < this.pausedUntil) return true
    const pause = Math.min(pauseAfter(error, this.pausesInARow++), LONGEST_ASKED_FOR)
    this.pausedUntil = now + pause
    this.wakeAfterPause()
    this.options.onPause(error, pause)
    return true
  }
}
