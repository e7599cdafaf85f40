/** Notices that a server has gone: a wait lives through that, and whoever waits is to know. */
import { secondOf } from './clock.ts'
import type { ApiError } from './errors.ts'

/** Milliseconds without an answer after which it is told. What is shorter passes by on any network. */
const TOLD_AFTER = 5_000

/** Fed with the outcome of every try; tells once when the answers stop, and once when they come again. */
export class Silence {
  private since: number | undefined
  private isTold = false
  /** That, for the end of a message; empty while the server answers. */
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
    this.tell(`${this.sentence} Asking on.`)
  }

  private end(host: string): void {
    if (this.isTold) this.tell(`${host} answers again.`)
    this.since = undefined
    this.sentence = ''
    this.isTold = false
  }
}
