import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '../../src/http/errors.ts'
import { waitFor, WaitTimeout } from '../../src/http/wait.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Milliseconds that the machine was asleep: its clock went on, the uptime did not. */
let slept = 0

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  const booted = Date.now()
  slept = 0
  vi.spyOn(process, 'uptime').mockImplementation(() => (Date.now() - booted - slept) / SECOND)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

interface Watch {
  /** When each question was asked, in milliseconds from the start. */
  asked: number[]
  /** How the wait ended. */
  end: Promise<unknown>
}

/** Polls something that answers by the time that has passed. */
function watch(answer: (elapsed: number) => boolean, limit = HOUR): Watch {
  const started = Date.now()
  const asked: number[] = []
  const ask = async (): Promise<boolean> => {
    asked.push(Date.now() - started)
    return answer(Date.now() - started)
  }
  const end = waitFor(ask, { done: (answer) => answer, limit: limit / SECOND }).catch(
    (error: unknown) => error,
  )
  return { asked, end }
}

const broken = (): never => {
  throw new ApiError('network', 'reset')
}

test('an hour of waiting is at most 300 polls, and ends with one last poll', async () => {
  const { asked, end } = watch(() => false)
  await vi.advanceTimersByTimeAsync(HOUR + MINUTE)
  expect(await end).toBeInstanceOf(WaitTimeout)
  expect(asked.length).toBeLessThanOrEqual(300)
  expect(asked.at(-1)).toBeGreaterThanOrEqual(HOUR)
  expect(asked.at(-1)).toBeLessThan(HOUR + SECOND)
})

test.each([
  ['under 5 s', 1, 5 * SECOND, () => 500],
  ['up to 5 minutes', 5 * SECOND, 5 * MINUTE, () => 2_500],
  ['beyond', 5 * MINUTE, HOUR, (at: number) => at * 0.1],
])('an end %s is noticed soon', async (_, from, to, allowed) => {
  const { asked, end } = watch(() => false, to + MINUTE)
  await vi.advanceTimersByTimeAsync(to + 2 * MINUTE)
  await end
  const gaps = asked.slice(1).map((at, index) => [asked[index] ?? 0, at] as const)
  for (const [before, at] of gaps.filter(([, later]) => later > from && later <= to)) {
    expect(at - before).toBeLessThanOrEqual(allowed(at))
  }
})

test('temporary faults do not end the wait, and pauses grow', async () => {
  const { asked, end } = watch((elapsed) => (elapsed < 5 * MINUTE ? broken() : true))
  await vi.advanceTimersByTimeAsync(6 * MINUTE)
  expect(await end).toBe(true)
  expect(asked.length).toBeLessThan(25)
})

test('a quarter of an hour without any answer ends the wait', async () => {
  const { asked, end } = watch(broken)
  await vi.advanceTimersByTimeAsync(HOUR)
  expect(await end).toMatchObject({ kind: 'network' })
  expect(asked.at(-1)).toBeGreaterThan(15 * MINUTE)
  expect(asked.at(-1)).toBeLessThan(17 * MINUTE)
})

test('the hours that a laptop sleeps count neither as waiting nor as silence', async () => {
  const { end } = watch((elapsed) => (elapsed < 3 * HOUR + 2 * MINUTE ? broken() : true))
  await vi.advanceTimersByTimeAsync(MINUTE)
  slept = 3 * HOUR
  vi.setSystemTime(Date.now() + slept)
  await vi.advanceTimersByTimeAsync(5 * MINUTE)
  expect(await end).toBe(true)
})

test.each(['auth', 'api', 'conflict', 'payment', 'config'] as const)(
  'a permanent failure ends the wait at once: %s',
  async (kind) => {
    const { asked, end } = watch(() => {
      throw new ApiError(kind, 'no', { status: 403 })
    })
    await vi.advanceTimersByTimeAsync(SECOND)
    expect(await end).toMatchObject({ kind })
    expect(asked).toHaveLength(1)
  },
)

test('a third 404 ends the wait: a new object may not be known everywhere at first', async () => {
  const { asked, end } = watch(() => {
    throw new ApiError('not_found', 'no', { status: 404 })
  })
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(await end).toMatchObject({ kind: 'not_found' })
  expect(asked).toHaveLength(3)
})

test('a Retry-After is respected, within bounds', async () => {
  let first = true
  const { asked, end } = watch(() => {
    if (!first) return true
    first = false
    throw new ApiError('rate_limited', 'slow', { status: 429, retryAfterSeconds: 86_400 })
  })
  await vi.advanceTimersByTimeAsync(10 * MINUTE)
  expect(await end).toBe(true)
  expect(asked[1]).toBe(5 * MINUTE)
})

test('a signal ends the wait at once', async () => {
  const stop = new AbortController()
  const limit = HOUR / SECOND
  const end = waitFor(async () => false, { done: Boolean, limit, signal: stop.signal })
  const told = end.catch((error: unknown) => error)
  await vi.advanceTimersByTimeAsync(10 * MINUTE)
  stop.abort()
  await vi.advanceTimersByTimeAsync(1)
  expect(await told).toMatchObject({ kind: 'aborted' })
})
