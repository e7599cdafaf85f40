// Lists on a terminal: they fit its width, and tell runs apart.
import { expect, test } from 'vitest'
import stringWidth from 'string-width'
import { cliFor, startApi } from '../support/api.ts'
import type { Routes } from '../support/api.ts'
import { BINARY } from '../support/cli.ts'
import { onTerminal, TestTerminal } from '../support/pty.ts'

const run = (index: number, title: string) => ({
  run_id: `tsk_v2_57000000000000000${index}`,
  task_run_type: 'task_v2',
  status: index % 2 ? 'completed' : 'failed',
  title,
  created_at: '2026-05-01T10:00:00',
  started_at: '2026-05-01T10:00:01',
  finished_at: '2026-05-01T10:02:06',
})
const LONG = 'Go to the invoices page and extract all invoice numbers with their amounts'
const WIDE = '請求書のページを開いて、すべての請求書番号を抽出してください。請求書のページ'

/** The shell keeps the terminal open until all has been read. */
async function linesOf(routes: Routes, args: string[], cols: number): Promise<string[]> {
  const cli = cliFor(await startApi(routes))
  const script = '"$0" "$@"; echo "exit $?"; read -r line'
  const command = ['-c', script, process.execPath, BINARY, ...args]
  const terminal = new TestTerminal('/bin/sh', command, cli.environment({ NO_COLOR: '1' }), {
    cols,
  })
  await terminal.shows('exit 0')
  terminal.type('\n')
  const [shown = ''] = terminal.output.split('exit 0')
  return shown
    .split('\r\n')
    .map((line) => line.trimEnd())
    .filter(Boolean)
}

test.each([60, 80, 120])('task list fits %i columns, and ends its titles with …', async (cols) => {
  const routes = { 'GET /v1/runs': { json: [run(1, LONG), run(2, WIDE), run(3, 'short')] } }
  const lines = await linesOf(routes, ['task', 'list'], cols)
  expect(lines).toHaveLength(4)
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(cols)
  expect(lines[1]).toMatch(/^tsk_v2_570000000000000001 .*Go to.*…$/)
  expect(lines[2]).toMatch(/請求.*…$/)
  expect(lines[3]).toMatch(/short$/)
})

test('wide terminals show when a run was made and how long it took', async () => {
  const routes = { 'GET /v1/runs': { json: [run(1, LONG)] } }
  const [header, row] = await linesOf(routes, ['task', 'list'], 160)
  expect(header).toMatch(/^ID +STATUS +TYPE +CREATED +TOOK +TITLE$/)
  expect(row).toMatch(/ completed +task_v2 +2026-.* 2 min +Go to the invoices page .* amounts$/)
})

test('more than 200 rows are as narrow, and their columns stay aligned', async () => {
  const rows = Array.from({ length: 250 }, (_, index) => run(1000 + index, index % 2 ? WIDE : LONG))
  const routes: Routes = {
    'GET /v1/runs': ({ query }) => {
      const [page, size] = [Number(query['page']?.[0]), Number(query['page_size']?.[0])]
      return { json: rows.slice((page - 1) * size, page * size) }
    },
  }
  const lines = await linesOf(routes, ['task', 'list', '--limit', '250'], 80)
  const table = lines.filter((line) => line.startsWith('tsk_'))
  expect(table).toHaveLength(250)
  for (const line of table) expect(stringWidth(line)).toBeLessThanOrEqual(80)
  const starts = table.map((line) => stringWidth(line.slice(0, line.search(/Go|請/))))
  expect(new Set(starts).size).toBe(1)
})

test('a status has a colour on a terminal', async () => {
  const api = await startApi({ 'GET /v1/runs': { json: [run(1, 'good'), run(2, 'bad')] } })
  const terminal = onTerminal(cliFor(api), ['task', 'list'])
  await terminal.end
  expect(terminal.output).toContain('\u001b[32mcompleted')
  expect(terminal.output).toContain('\u001b[31mfailed')
})
