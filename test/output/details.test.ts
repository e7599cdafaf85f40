// What a person sees of one run and one session, and a pipe does not.
import { expect, test } from 'vitest'
import { cliFor, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import { CREATE_SESSION, GET_RUN, GET_SESSION } from '../support/routes.ts'
import { onTerminal } from '../support/pty.ts'
import { openBefore } from '../support/scene.ts'

const PLAIN = { NO_COLOR: '1' }

test('task get shows the prompt, the engine and how long it took; a pipe stays as it was', async () => {
  const run_request = { prompt: 'Extract all invoices', engine: 'skyvern-2.0' }
  const times = { started_at: '2026-05-01T10:00:01', finished_at: '2026-05-01T10:02:06' }
  const cli = cliFor(await startApi({ [GET_RUN]: { json: run({ run_request, ...times }) } }))
  const terminal = onTerminal(cli, ['task', 'get', RUN_ID], PLAIN)
  expect((await terminal.end).code, terminal.output).toBe(0)
  expect(terminal.output).toMatch(/^prompt +Extract all invoices\r$/m)
  expect(terminal.output).toMatch(/^engine +skyvern-2\.0\r$/m)
  expect(terminal.output).toMatch(/^took +2 min\r$/m)
  const { stdout } = await cli.run(['task', 'get', RUN_ID])
  expect(stdout).toMatch(/^id\t/)
  expect(stdout).not.toMatch(/^(prompt|engine|took)\t/m)
})

test('session get shows the name that it has here; a pipe stays as it was', async () => {
  const json = session()
  const api = await startApi({ [CREATE_SESSION]: { json }, [GET_SESSION]: { json } })
  const cli = cliFor(api)
  await openBefore(cli, api, { name: 'shop' })
  const terminal = onTerminal(cli, ['session', 'get', SESSION_ID], PLAIN)
  expect((await terminal.end).code, terminal.output).toBe(0)
  expect(terminal.output).toMatch(/^name +shop\r$/m)
  expect((await cli.run(['session', 'get', SESSION_ID])).stdout).not.toContain('shop')
})
