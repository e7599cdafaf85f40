import { expect, test } from 'vitest'
import { cliFor, RUN_ID, startApi } from '../support/api.ts'
import { onTerminal } from '../support/pty.ts'

const TIME = '2026-11-25T03:34:37.769555'
const action = (action_type: string, reasoning: string, fields: object = {}): object => ({
  action_type,
  reasoning,
  status: 'completed',
  ...fields,
})

/** As the API has it: newest first, all through. */
const ITEMS = [
  {
    type: 'block',
    created_at: TIME,
    block: {
      block_type: 'extraction',
      status: 'failed',
      description: 'Read the table.',
      failure_reason: 'There is no\ntable.',
      duration: 3.42,
      actions: [],
    },
    children: [],
  },
  {
    type: 'block',
    created_at: TIME,
    block: {
      block_type: 'navigation',
      status: 'completed',
      description: 'Log in',
      duration: 23.85217,
      actions: [
        action('click', 'The button logs in.'),
        action('input_text', 'The field takes the password hunter22.', { text: 'hunter22' }),
      ],
    },
    children: [{ type: 'thought', created_at: TIME, thought: { thought: 'Nearly there.' } }],
  },
  { type: 'thought', created_at: TIME, thought: { thought: null, answer: '' } },
  { type: 'thought', created_at: TIME, thought: { answer: 'First log in \u001B[2Jthen read.' } },
]

test('a timeline is a tree on a terminal, oldest first, without what was typed', async () => {
  const api = await startApi({ 'GET /v1/runs/*/timeline': { json: ITEMS } })
  const terminal = onTerminal(cliFor(api), ['task', 'timeline', RUN_ID])
  expect(await terminal.end).toMatchObject({ code: 0 })
  const lines = terminal.output.split('\r\n').filter(Boolean)
  expect(lines).toEqual([
    '… First log in ␛[2Jthen read.',
    '✓ navigation: Log in (23.9 s)',
    expect.stringMatching(/^├─ ✓ input_text: The field takes the password ••••/),
    '├─ ✓ click: The button logs in.',
    '└─ … Nearly there.',
    '✗ extraction: Read the table: There is no table. (3.4 s)',
  ])
})

test('a timeline is lines in a pipe, and the API’s own list as JSON', async () => {
  const api = await startApi({ 'GET /v1/runs/*/timeline': { json: ITEMS } })
  const piped = await cliFor(api).run(['task', 'timeline', RUN_ID])
  const lines = piped.stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(6)
  expect(lines[1]).toBe(`${TIME}Z\t0\tnavigation\tcompleted\t23.85217\tLog in`)
  expect(piped.stdout).not.toContain('hunter22')
  const json = await cliFor(api).run(['task', 'timeline', RUN_ID, '--json'])
  expect(json.json).toHaveLength(4)
  expect(json.json[0].block.block_type).toBe('extraction')
})

test('a run without a timeline says so', async () => {
  const detail = 'Timeline not available for run type task_v1'
  const api = await startApi({ 'GET /v1/runs/*/timeline': { status: 400, json: { detail } } })
  const result = await cliFor(api).run(['task', 'timeline', 'tsk_1'])
  expect(result.code).toBe(1)
  expect(result.stderr).toContain(detail)

  api.routes['GET /v1/runs/*/timeline'] = { json: [] }
  const early = await cliFor(api).run(['task', 'timeline', RUN_ID])
  expect(early).toMatchObject({ code: 0, stdout: '' })
  expect(early.stderr).toContain('has done nothing yet')
})

const RETRY = 'POST /v1/runs/*/retry_webhook'
const target_webhook_url = 'https://example.com/hook?token=s3cret-token'

test('a webhook is sent again, and the answer of its receiver is printed', async () => {
  const api = await startApi({
    [RETRY]: { json: { run_id: RUN_ID, status_code: 200, target_webhook_url } },
  })
  const result = await cliFor(api).run(['task', 'retry-webhook', RUN_ID])
  expect(result).toMatchObject({ code: 0, stdout: '200\n' })
  expect(result.stderr).toContain('example.com')
  expect(result.stderr).not.toContain('s3cret-token')
})

test.each([
  [{ status_code: 500 }, 'answered 500'],
  [{ status_code: null, error: 'connection refused' }, 'could not be reached: connection refused'],
])('a webhook that nobody received is a failure: %j', async (answer, told) => {
  const api = await startApi({
    [RETRY]: { json: { run_id: RUN_ID, target_webhook_url, ...answer } },
  })
  const result = await cliFor(api).run(['task', 'retry-webhook', RUN_ID])
  expect(result).toMatchObject({ code: 1, stdout: '' })
  expect(result.stderr).toContain(told)
})
