/** Counts the progress of a map, and shows it as a line for people. */
import { formatDuration } from '../output/words.ts'

export class Tally {
  running = 0
  /** Runs that were found again after a lost answer. */
  adopted = 0
  readonly inDoubt: string[] = []
  readonly failed: string[]
  /** Rows that failed in this process. */
  failedNow = 0
  private doneNow = 0
  private readonly started = performance.now()

  constructor(
    readonly total: number,
    private readonly doneBefore: number,
    failedBefore: string[],
  ) {
    this.failed = [...failedBefore]
  }

  done(): void {
    this.doneNow++
  }

  fail(key: string): void {
    this.failed.push(key)
    this.failedNow++
  }

  get completed(): number {
    return this.doneBefore + this.doneNow
  }

  get left(): number {
    return this.total - this.completed - this.failed.length - this.inDoubt.length
  }

  /** Such as `412 done, 3 failed, 16 running, 569 left · 38/min · 15 min to go`. */
  line(): string {
    const ended = this.doneNow + this.failedNow
    const minutes = (performance.now() - this.started) / 60_000
    const waiting = Math.max(0, this.left - this.running)
    const counts = `${this.completed} done, ${this.failed.length} failed, ${this.running} running, ${waiting} left`
    if (ended === 0 || minutes === 0) return counts
    const rate = ended / minutes
    const pace = `${counts} · ${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/min`
    return this.left === 0 ? pace : `${pace} · ${formatDuration((this.left / rate) * 60)} to go`
  }
}
