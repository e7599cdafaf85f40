/** The API's times: UTC, but without saying so, and `new Date` would read them as local. */

const NAIVE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/

/** A time of the API with its zone. */
export const zonedTime = (time: string): string => (NAIVE_TIME.test(time) ? `${time}Z` : time)

/** A time of the API in milliseconds, or NaN. */
export const timeOf = (time: string | null | undefined): number => Date.parse(zonedTime(time ?? ''))

/** Milliseconds since the process started: a clock that nobody sets. */
export const uptime = (): number => process.uptime() * 1000

/** A moment by `uptime` in the server's time, whose clock is that much ahead of ours. */
export const serverTimeOf = (moment: number, clockOffset: number): number =>
  Date.now() + clockOffset - (uptime() - moment)

/** A moment to the second, for people: `2026-11-25T04:10:12Z`. */
export const secondOf = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`
