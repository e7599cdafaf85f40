/** What is made of the answers of the API and of what stands before it. */
import { expect, test } from 'vitest'
import { toCliError } from '../../src/errors.ts'
import { ApiError, errorOfAnswer } from '../../src/http/errors.ts'

const errorOf = (status: number, body: unknown): ApiError =>
  errorOfAnswer(status, typeof body === 'string' ? body : JSON.stringify(body), 'the host')

test.each([
  ['a text', 400, { detail: 'The host is blocked' }, 'The host is blocked (400)'],
  [
    'a text where a list is usual',
    422,
    { detail: 'prompt: Input should be a valid string' },
    'prompt: Input should be a valid string (422)',
  ],
  [
    'a coded object with a message',
    409,
    { detail: { code: 'reconnect_required', message: 'Connect again' } },
    'Connect again (409)',
  ],
  [
    'a coded object',
    404,
    { detail: { code: 'browser_session_not_found' } },
    'browser_session_not_found (404)',
  ],
  [
    'an unhandled fault, under another name',
    500,
    { error: 'Unexpected error: TaskAlreadyTimeout' },
    'answered 500: Unexpected error: TaskAlreadyTimeout',
  ],
  ['nothing', 404, '', 'answered 404'],
  ['a page', 502, '<html>Bad gateway</html>', 'answered 502 with something that is not JSON'],
  ['JSON of another kind', 400, ['no'], 'answered 400'],
  ['a detail of another kind', 400, { detail: 7 }, 'answered 400'],
] as const)('an error with %s as its body', (_, status, body, said) => {
  expect(errorOf(status, body).message).toContain(said)
})

test.each([
  ['Concurrency limit reached for organization o_1', true],
  ['Too many concurrent browser sessions', true],
  ['Too many sessions', true],
  ['You have reached the maximum of 5 running tasks', true],
  ['The embedded backend runs 4 browsers at most. Close one first.', true],
  ['Rate limit exceeded for organization o_1. Rate limit: 10 per 60 seconds', false],
  ['Limit of 10 runs per minute', false],
])('429 "%s": of what is open, more retries do not help: %s', (detail, ofOpen) => {
  const { code, details } = toCliError(errorOf(429, { detail }))
  expect(code).toBe('rate_limited')
  expect(/`skyvern session list`/.test(details.hint ?? '')).toBe(ofOpen)
  expect(/--max-retries/.test(details.hint ?? '')).toBe(!ofOpen)
})

test.each([
  [403, 'Invalid credentials', 'auth_rejected'],
  [403, 'Could not validate credentials', 'auth_rejected'],
  [404, 'Organization not found', 'auth_rejected'],
  [401, 'Unauthorized', 'auth_rejected'],
  [403, 'This engine is for enterprise plans', 'api_error'],
])('%i "%s" is %s', (status, detail, code) => {
  const error = toCliError(errorOf(status, { detail }))
  expect(error).toMatchObject({ code, message: expect.stringContaining(detail) })
})

test.each([408, 425, 444, 460, 499, 500, 504, 520, 600, 999])(
  'what a request did that is answered %i is in doubt',
  (status) => {
    expect(errorOf(status, '').fate).toBe('in doubt')
  },
)

test.each([302, 400, 409, 413, 422, 451])('what is answered %i was refused', (status) => {
  expect(errorOf(status, '').fate).toBe('refused')
})

test.each([408, 425, 429, 500, 502, 503, 504])('%i may pass', (status) => {
  expect(errorOf(status, { detail: 'Later' }).transient).toBe(true)
})

test.each([400, 402, 403, 404, 409, 410, 422, 501])('%i stays', (status) => {
  expect(errorOf(status, { detail: 'No' }).transient).toBe(false)
})
