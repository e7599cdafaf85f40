/** Numbers of a run's output, digit for digit. */
import { expect, test } from 'vitest'
import { cliFor, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import { onTerminal } from '../support/pty.ts'

const NUMBERS =
  '[12345678901234567890,1e400,-0,12.50,1.0,1E5,0.1,[1.10,1.20,3],{"a":9007199254740993,"b":-1.5e-7},0.30000000000000004,7]'
/** Looks like a number, and is a text. */
const TEXTS = '["a: 1.50, b","12.50"]'

/** Without the white space between values. */
const compact = (text: string): string => text.replaceAll(/\s+(?=[^"]*("[^"]*"[^"]*)*$)/g, '')

const serve = (output: string) =>
  startApi({
    'GET /v1/runs/*': {
      text: JSON.stringify(run({ output: 'OUTPUT', step_count: 2 }))
        .replace('"OUTPUT"', output)
        .replace('"step_count":2', '"step_count":2.0'),
    },
  })

test('a text that looks like a number is printed as it is', async () => {
  const plain = await cliFor(await serve(TEXTS)).run(['task', 'wait', RUN_ID])
  expect(plain.code).toBe(0)
  expect(compact(plain.stdout)).toBe(TEXTS)
})

test('an output is printed digit for digit', async () => {
  const output = NUMBERS
  const cli = cliFor(await serve(output))
  const plain = await cli.run(['task', 'wait', RUN_ID])
  expect(plain.code).toBe(0)
  expect(compact(plain.stdout)).toBe(output)
  expect((await cli.run(['task', 'wait', RUN_ID, '--json'])).stdout).toContain(`"output":${output}`)
  const field = await cli.run(['task', 'get', RUN_ID, '--fields', 'output'])
  expect(compact(field.stdout)).toBe(output)
  expect((await cli.run(['task', 'get', RUN_ID])).stdout).toContain(`output\t${output}`)
})

test('fields that commands compute with are still numbers', async () => {
  const text = JSON.stringify(session()).replace('"timeout":60', '"timeout":60.0')
  const cli = cliFor(await startApi({ 'GET /v1/browser_sessions/*': { text } }))
  const result = await cli.run(['session', 'get', SESSION_ID])
  expect(result.code).toBe(0)
  expect(result.stdout).not.toMatch(/NaN|\[object/)
})

test('a raw request shows them digit for digit on a terminal too', async () => {
  const cli = cliFor(
    await startApi({ 'GET /v1/x': { text: '{"price":12.50,"id":12345678901234567890}' } }),
  )
  const terminal = onTerminal(cli, ['api', '/v1/x'], { CI: '1', NO_COLOR: '1' })
  expect((await terminal.end).code).toBe(0)
  expect(terminal.output).toMatch(/12\.50[^]*12345678901234567890/)
})
