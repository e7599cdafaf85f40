/** What a person sees of the commands that are typed most, on terminals of 80 and 120 columns. */
import { expect, test } from 'vitest'
import { cliFor, KEY, profile, run, session, startApi } from '../support/api.ts'
import type { Api, Routes } from '../support/api.ts'
import { BINARY } from '../support/cli.ts'
import type { Cli } from '../support/cli.ts'
import { screenOf } from '../support/picture.ts'
import { ROOT } from '../support/project.ts'
import { TestTerminal } from '../support/pty.ts'
import * as routes from '../support/routes.ts'
import { openBefore } from '../support/scene.ts'

/** The clock of the server stands still: what is told is how far from it the times of the answers are. */
const NOW = { date: 'Wed, 01 Apr 2026 12:00:00 GMT' }
const at = (time: string): string => `2026-04-01T${time}.000000`
const times = (started: string, finished: string | null = null) => ({
  created_at: at(started),
  modified_at: at(started),
  started_at: at(started),
  finished_at: finished && at(finished),
})

const OPEN = session({
  created_at: at('11:47:58'),
  started_at: at('11:48:00'),
  modified_at: at('11:48:00'),
  timeout: 120,
  proxy_location: 'RESIDENTIAL',
  browser_address: 'wss://sessions.example.com/pbs_987654321012345678/devtools',
})
const BUSY = session({
  browser_session_id: 'pbs_987654321012345679',
  runnable_id: 'tsk_v2_987654321012345681',
  created_at: at('09:29:58'),
  started_at: at('09:30:00'),
  timeout: 240,
})
const ENDED = session({
  status: 'completed',
  created_at: at('11:47:58'),
  started_at: at('11:48:00'),
  completed_at: at('12:00:00'),
})
const RUN_REQUEST = {
  prompt: 'Go to the invoices page and extract all invoice numbers',
  engine: 'skyvern-2.0',
}
const COMPLETED = run({
  ...times('11:59:40', '11:59:52'),
  output: ['INV-0001', 'INV-0002', 'INV-0003'],
  run_request: RUN_REQUEST,
  step_count: 4,
})
const FAILED = run({
  ...times('11:59:40', '11:59:52'),
  status: 'failed',
  output: null,
  failure_reason:
    'The page asks for a code that was sent by text message, and the task has no way to read it. Reached the login page three times.',
  run_request: RUN_REQUEST,
})
const item = (index: number, status: string, title: string, started: string, ended: string) => ({
  run_id: `tsk_v2_98765432101234567${index}`,
  task_run_type: 'task_v2',
  status,
  title,
  ...times(started, ended),
})
const RUNS = [
  item(8, 'running', 'Download the statement of March', '11:59:00', '11:59:30'),
  item(
    7,
    'completed',
    'Go to the invoices page and extract all invoice numbers',
    '11:50:00',
    '11:50:12',
  ),
  item(6, 'failed', 'Log in with username demo@example.com', '11:48:00', '11:50:05'),
]

const SERVER: Routes = {
  [routes.CREATE_SESSION]: { json: OPEN, headers: NOW },
  [routes.LIST_SESSIONS]: { json: [OPEN, BUSY], headers: NOW },
  [routes.GET_SESSION]: ({ path }) => ({
    json: path.endsWith('_ended') ? ENDED : OPEN,
    headers: NOW,
  }),
  [routes.SUBMIT_TASK]: {
    json: run({ ...times('11:59:40'), status: 'queued', output: null }),
    headers: NOW,
  },
  [routes.GET_RUN]: { json: COMPLETED, headers: NOW },
  [routes.LIST_RUNS]: { json: RUNS, headers: NOW },
  [routes.LIST_PROFILES]: {
    json: [
      profile({ created_at: at('08:00:00'), modified_at: at('08:00:00') }),
      profile({
        browser_profile_id: 'bp_987654321012345679',
        name: 'bank, read-only, for the monthly statements',
        created_at: at('07:00:00'),
        modified_at: at('07:00:00'),
      }),
    ],
    headers: NOW,
  },
  [routes.GET_ORGANIZATION]: { json: { organization_id: 'o_1', organization_name: 'Acme' } },
}

/** Closed when it was asked to. */
const CLOSING: Routes = {
  [routes.CLOSE_SESSION]: { json: {}, headers: NOW },
  [routes.GET_SESSION]: { json: ENDED, headers: NOW },
}

const DOCTOR: Routes = {
  'GET /api/v1/heartbeat': { text: 'Server is running.' },
  'GET /v1/version': { json: { version: '1.0.56' } },
  [routes.GET_RUNTIME]: { json: { environment: 'local' } },
}

const TASK = ['task', 'run', RUN_REQUEST.prompt]

/** A name for the file, the command, what the server answers besides, and whether a session is open before. */
const SCREENS: [name: string, args: string[], more?: Routes, before?: 'open'][] = [
  ['session-create', ['session', 'create', '--timeout', '120', '--proxy', 'US']],
  ['session-list', ['session', 'list'], {}, 'open'],
  ['session-get', ['session', 'get'], {}, 'open'],
  ['session-close', ['session', 'close'], CLOSING, 'open'],
  ['task-run', TASK, {}, 'open'],
  ['task-run-failed', TASK, { [routes.GET_RUN]: { json: FAILED, headers: NOW } }, 'open'],
  ['task-list', ['task', 'list']],
  ['task-get', ['task', 'get', 'tsk_v2_987654321012345678']],
  ['profile-list', ['profile', 'list']],
  ['auth-status', ['auth', 'status']],
  ['doctor', ['doctor'], DOCTOR],
]

test.each(SCREENS)('%s', async (name, args, more = {}, before) => {
  const screens: string[] = []
  for (const columns of [80, 120]) {
    const api = await startApi({ ...SERVER, ...more })
    const cli = cliFor(api, { PATH: '/nowhere', CHROME_PATH: '/nowhere/chrome', TZ: 'UTC' })
    if (before) await openBefore(cli, api, { name: 'shop' })
    screens.push(`${columns} columns\n\n${await screen(cli, api, args, columns)}\n`)
  }
  await expect(screens.join('\n\n')).toMatchFileSnapshot(`screens/${name}.txt`)
})

/** The command as it was typed, and what the terminal shows in the end. */
async function screen(cli: Cli, { url }: Api, args: string[], cols: number): Promise<string> {
  // The shell keeps the terminal open until all has been read.
  const script = '"$0" "$@"; echo "[exit $?]"; read -r line'
  const command = ['-c', script, process.execPath, BINARY, ...args]
  const terminal = new TestTerminal('/bin/sh', command, cli.environment(), { cols })
  await terminal.shows('[exit ')
  await terminal.shows(']\r\n')
  terminal.type('\n')
  const typed = args.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')
  const output = terminal.output
    .replaceAll(url, 'http://127.0.0.1:PORT_')
    .replaceAll(cli.folder, '/home/demo/.config/skyvern')
    .replaceAll(ROOT.replace(/\/$/, ''), '/home/demo/skyvern-cli')
    .replaceAll(process.version, 'v22.0.0')
    .replaceAll(/\b\d+ ms\b/g, '7 ms')
    .replace('[exit 0]\r\n', '')
  expect(output).not.toContain(KEY)
  return `$ skyvern ${typed}\n${await screenOf(output, cols)}`
}
