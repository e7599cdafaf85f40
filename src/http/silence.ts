/** Notices that a server has stopped answering. A wait continues, but the user is informed. */
import { secondOf } from './clock.ts'
import type { ApiError } from './errors.ts'

/** Milliseconds without an answer after which it is reported. Shorter outages are common on any network. */
const TOLD_AFTER = 5_000

/** Gets the outcome of every try. Reports once that answers have stopped, and once that they have resumed. */
export class Silence {
  private since: number | undefined
  private isTold = false
  /** The report, for the end of a message; empty while the server answers. */
  sentence = ''

  constructor(private readonly tell: (text: string) => void) {}

  /** @param started when the try was sent, by this machine's clock */
  add(started: number, failure: ApiError | undefined, host: string): void {
    if (!failure?.transient || failure.kind === 'rate_limited') return this.end(host)
    this.since ??= started
    const since = secondOf(new Date(this.since))
    this.sentence = `There has been no answer since ${since}: ${failure.message}.`
    if (this.isTold || Date.now() - this.since < TOLD_AFTER) return
    this.isTold = true
    this.tell(`${this.sentence} Still trying.`)
  }

  private end(host: string): void {
    if (this.isTold) this.tell(`${host} answers again.`)
    this.since = undefined
    this.sentence = ''
    this.isTold = false
  }
}
