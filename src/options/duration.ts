/** Durations: `90m`, `2h`, `30s`, `1h30m`, or a bare number in the unit that the API has for that value. */
import { InvalidArgumentError, Option } from 'commander'
import { formatDuration } from '../output/words.ts'

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const
type Unit = keyof typeof SECONDS

/**
 * Seconds of a text, or undefined if it is not a duration.
 * @param bare the unit of a bare number; without it a unit is required
 */
export function secondsOf(text: string, bare?: Unit): number | undefined {
  const trimmed = text.trim().toLowerCase()
  if (/^\d+(\.\d+)?$/.test(trimmed)) return bare && Number(trimmed) * SECONDS[bare]
  if (!/^(\d+(\.\d+)?[smhd])+$/.test(trimmed)) return undefined
  let seconds = 0
  for (const [, number, unit] of trimmed.matchAll(/([\d.]+)([smhd])/g)) {
    seconds += Number(number) * SECONDS[unit as Unit]
  }
  return seconds
}

/** Ten years. A longer duration is a typing error. */
const LONGEST = 10 * 365 * 86_400

/** Seconds, for waits and ages. */
export const parseSeconds =
  (bare?: Unit) =>
  (text: string): number => {
    const seconds = secondsOf(text, bare)
    if (seconds !== undefined && seconds <= LONGEST) return seconds
    throw new InvalidArgumentError(`It takes a duration such as 30s, 90m or 2h.`)
  }

/** `--retry-for`, in seconds. */
export const retryForOption = (): Option =>
  new Option('--retry-for <time>', 'Wait so long while the server limits requests (429)').argParser(
    parseSeconds('s'),
  )

/** `--wait-timeout`, in seconds. */
export const waitTimeoutOption = (seconds: number): Option =>
  new Option('--wait-timeout <time>', 'How long to wait')
    .argParser(parseSeconds('s'))
    .default(seconds, formatDuration(seconds))

/** The life of a session in whole minutes: 5 to 1440, the widest range that any server takes. */
export function parseSessionMinutes(text: string): number {
  const seconds = secondsOf(text, 'm')
  if (seconds === undefined) {
    throw new InvalidArgumentError('It takes minutes, or a duration such as 90m or 2h.')
  }
  const minutes = seconds / 60
  if (Number.isInteger(minutes) && minutes >= 5 && minutes <= 1440) return minutes
  throw new InvalidArgumentError('It takes whole minutes from 5 to 1440 (24h).')
}
