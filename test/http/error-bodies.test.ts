import { expect, test } from 'vitest'
import { cliFor, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Answer } from '../support/api.ts'
import { GET_SESSION, SUBMIT_TASK } from '../support/routes.ts'

/** The bodies that the API and what stands before it answer errors with. */
const BODIES: [what: string, Answer, exit: number, said: string][] = [
  [
    'a list of fields',
    {
      status: 422,
      json: {
        detail: [
          {
            type: 'x',
            loc: ['body', 'timeout'],
            msg: 'Input should be less than 240',
            input: 's3cret',
          },
          { type: 'x', loc: ['query', 'page'], msg: 'Too large', input: { key: 's3cret' } },
        ],
      },
    },
    1,
    'timeout: Input should be less than 240; page: Too large (422)',
  ],
  [
    'an unhandled fault, under another name',
    { status: 500, json: { error: 'Unexpected error: TaskAlreadyTimeout' } },
    1,
    'answered 500: Unexpected error: TaskAlreadyTimeout',
  ],
  [
    'a page',
    { status: 502, text: '<html>Bad gateway</html>' },
    1,
    'answered 502 with something that is not JSON',
  ],
]

test.each(BODIES)('an error with %s as its body', async (_, reply, exit, said) => {
  const api = await startApi({ [GET_SESSION]: reply })
  const args = `session get ${SESSION_ID} --max-retries 0 --debug --json`.split(' ')
  const result = await cliFor(api).run(args)
  expect(result).toMatchObject({ code: exit, stdout: '' })
  expect(result.error).toMatchObject({ http_status: reply.status })
  expect(result.error.message).toContain(said)
  expect(result.stderr).not.toContain('s3cret')
})

test.each([
  ['Concurrency limit reached for organization o_1', true],
  ['Rate limit exceeded for organization o_1. Rate limit: 10 per 60 seconds', false],
])('429 "%s": of what is open, more retries do not help: %s', async (detail, ofOpen) => {
  const api = await startApi({ [SUBMIT_TASK]: { status: 429, json: { detail } } })
  const args = 'task run look --no-session --max-retries 0 --json'.split(' ')
  const { error } = await cliFor(api).run(args)
  expect(error.code).toBe('rate_limited')
  expect(/`skyvern session list`/.test(error.hint ?? '')).toBe(ofOpen)
  expect(/--max-retries/.test(error.hint ?? '')).toBe(!ofOpen)
})

test.each([[408], [429], [503]])('a read that is answered with %i is retried', async (status) => {
  const api = await startApi({
    [GET_SESSION]: (_, before) =>
      before === 0 ? { status, json: { detail: 'Later' } } : { json: session() },
  })
  const result = await cliFor(api).run(['session', 'get', SESSION_ID])
  expect(result.code).toBe(0)
  expect(api.sent(GET_SESSION)).toHaveLength(2)
})

test.each([[403], [404], [422]])(
  'a read that is answered with %i is not retried',
  async (status) => {
    const api = await startApi({ [GET_SESSION]: { status, json: { detail: 'No' } } })
    await cliFor(api).run(['session', 'get', SESSION_ID])
    expect(api.sent(GET_SESSION)).toHaveLength(1)
  },
)

test('headers over 16 kB have their own error, in an answer and in a request', async () => {
  const api = await startApi({
    [GET_SESSION]: { json: session(), headers: { 'x-large': 'a'.repeat(20_000) } },
  })
  const get = ['session', 'get', SESSION_ID, '--max-retries', '0', '--json']
  const answered = await cliFor(api).run(get)
  expect(answered).toMatchObject({ code: 7, stdout: '' })
  expect(answered.error.message).toContain('sent more than 16 kB of headers')

  const asked = await cliFor(api).run([...get, '--header', `x-large: ${'a'.repeat(20_000)}`])
  expect(asked).toMatchObject({ code: 1, stdout: '' })
  expect(asked.error).toMatchObject({ http_status: 431 })
  expect(asked.error.message).toContain('the headers of the request are too large')
})
