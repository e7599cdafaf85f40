/** Times of the API. They are in UTC but have no zone, so `new Date` would read them as local times. */

const NAIVE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/

/** A time of the API with its zone added. */
export const zonedTime = (time: string): string => (NAIVE_TIME.test(time) ? `${time}Z` : time)

/** A time of the API in milliseconds, or NaN. */
export const timeOf = (time: string | null | undefined): number => Date.parse(zonedTime(time ?? ''))

/** Milliseconds since the process started. Unlike the system clock, it never jumps. */
export const uptime = (): number => process.uptime() * 1000

/** Converts a moment of `uptime` to the server's time. @param clockOffset milliseconds by which its clock is ahead */
export const serverTimeOf = (moment: number, clockOffset: number): number =>
  Date.now() + clockOffset - (uptime() - moment)

/** A moment to the second, for people: `2026-11-25T04:10:12Z`. */
export const secondOf = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`
