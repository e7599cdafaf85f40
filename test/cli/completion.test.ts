import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cliFor, KEY, profile, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import type { Api } from '../support/api.ts'
import { BINARY, createCli } from '../support/cli.ts'
import type { Cli, Result } from '../support/cli.ts'
import { LIST_SESSIONS } from '../support/routes.ts'
import { openBefore } from '../support/scene.ts'

/** What would be offered for the words so far, the last of them unfinished. */
async function offered(cli: Cli, line: string): Promise<string[]> {
  const result = await cli.run(['__complete', 'skyvern', ...line.split(' ')])
  expect(result).toMatchObject({ code: 0, stderr: '' })
  return result.stdout.split('\n').filter(Boolean)
}

test.each<[line: string, candidates: string[]]>([
  [
    '',
    ['session\tCreate, use and close browser sessions', 'help\tShow help for a command or a topic'],
  ],
  ['session cl', ['close\tClose sessions, and verify that they ended']],
  ['session wait --for ', ['idle']],
  ['session wait --for=i', ['--for=idle']],
  ['session wait --for = =', ['idle']],
  [
    'session create --timeout 5 --',
    [
      '--proxy-session-id\tKeep the same ISP address across sessions',
      '--dry-run\tShow the request of a write, secrets masked, and send nothing',
    ],
  ],
  ['config set ', ['base-url']],
  ['config set session.proxy ', ['US']],
  [
    'help ',
    [
      'session\tCreate, use and close browser sessions',
      'exit-codes\tExit statuses and error codes',
    ],
  ],
  ['help session cl', ['close\tClose sessions, and verify that they ended']],
  ['help --s', ['--skill\tWhat an AI agent should know to use this tool']],
  ['session help cl', ['close\tClose sessions, and verify that they ended']],
  ['api -X P', ['PATCH']],
  ['session create --proxy ', ['GB']],
  ['session create --browser-type=', ['--browser-type=stealth-chromium']],
  ['task run x --engine ', ['skyvern-2.0']],
  ['task list --status ', ['timed_out']],
])('%j offers %j, and no hidden option', async (line, candidates) => {
  const all = await offered(createCli(), line)
  expect(all).toEqual(expect.arrayContaining(candidates))
  expect(all.join('\n')).not.toContain('--browser-profile-id')
})

test('where nothing can be listed nothing is offered, so that the shell offers files', async () => {
  for (const line of ['help session close ', 'config set session.timeout ']) {
    expect(await offered(createCli(), line)).toEqual([])
  }
})

test('after exec the programs of the PATH are offered, and files for their arguments', async () => {
  const bin = mkdtempSync(join(tmpdir(), 'skyvern-path-'))
  onTestFinished(() => rmSync(bin, { recursive: true, force: true }))
  writeFileSync(join(bin, 'invoices'), '', { mode: 0o755 })
  writeFileSync(join(bin, 'invoices.txt'), '', { mode: 0o644 })
  mkdirSync(join(bin, 'invoices.d'))
  const cli = createCli({ PATH: `${bin}:/nowhere:${bin}` })
  expect(await offered(cli, 'session exec -- inv')).toEqual(['invoices'])
  expect(await offered(cli, 'session exec --timeout 5 inv')).toEqual(['invoices'])
  expect(await offered(cli, 'session exec -- --')).toEqual([])
  expect(await offered(cli, 'session exec -- invoices inv')).toEqual([])
  expect(await offered(cli, 'session exec -- ./inv')).toEqual([])
})

test('an alias is not offered', async () => {
  const all = await offered(createCli(), 'session ')
  expect(all.join('\n')).toContain('close\t')
  expect(all.join('\n')).not.toMatch(/^stop\b/m)
})

test('open sessions are offered by id and by name, wherever a session goes', async () => {
  const api = await startApi({
    'POST /v1/browser_sessions': { json: session() },
    [LIST_SESSIONS]: {
      json: [session(), session({ browser_session_id: 'pbs_2', runnable_id: RUN_ID })],
    },
  })
  const cli = cliFor(api)
  await openBefore(cli, api, { name: 'shop' })
  const all = [`shop\t${SESSION_ID}`, `${SESSION_ID}\tidle`, `pbs_2\tbusy ${RUN_ID}`]
  expect(await offered(cli, 'session close ')).toEqual(all)
  expect(await offered(cli, 'session close pbs_9 ')).toEqual(all)
  expect(await offered(cli, 'task run hello --session sh')).toEqual([`shop\t${SESSION_ID}`])
  expect(await offered(cli, 'session get pbs_9 ')).toEqual([])
  expect(api.sent(LIST_SESSIONS).every(({ headers }) => headers['x-api-key'] === KEY)).toBe(true)
})

test('runs and profiles are offered too', async () => {
  const api = await startApi({
    'GET /v1/runs': { json: [run({ title: 'Invoices\u001B[2J' })] },
    'GET /v1/browser_profiles': {
      json: [profile({ name: 'shop' }), profile({ browser_profile_id: 'bp_2', name: 'two words' })],
    },
  })
  const cli = cliFor(api)
  expect(await offered(cli, 'task cancel ')).toEqual([`${RUN_ID}\tcompleted · Invoices␛[2J`])
  expect(await offered(cli, 'session create --profile bp_2')).toEqual(['bp_2\ttwo words'])
  expect(await offered(cli, 'profile delete sh')).toHaveLength(1)
})

test('another server on the command line is the one that is asked', async () => {
  const api = await startApi({ [LIST_SESSIONS]: { json: [session()] } })
  const cli = createCli({ SKYVERN_API_KEY: KEY })
  expect(await offered(cli, `--base-url ${api.url} session get `)).toEqual([`${SESSION_ID}\tidle`])
})

test.each([
  ['refuses', { status: 403, json: { detail: 'Invalid credentials' } }],
  ['says nothing', 'hang'],
] as const)(
  'when the server %s, what this machine opened is offered, quietly and soon',
  async (_, reply) => {
    const api = await startApi({
      'POST /v1/browser_sessions': { json: session() },
      [LIST_SESSIONS]: reply,
    })
    const cli = cliFor(api)
    await openBefore(cli, api, { name: 'shop' })
    expect(await offered(cli, 'session close ')).toEqual([`shop\t${SESSION_ID}`, SESSION_ID])
    expect(api.sent(LIST_SESSIONS)).toHaveLength(1)
  },
)

test('without a key nothing is offered and nothing is said', async () => {
  expect(
    await offered(createCli({ SKYVERN_BASE_URL: 'http://127.0.0.1:1' }), 'session get '),
  ).toEqual([])
  expect(await offered(createCli(), 'no such command ')).toEqual([])
  expect(await offered(createCli(), 'session get --api-key-file - ')).toEqual([])
})

/** What bash 3.2 and newer put in place of the word or its end, with the script in force and `skyvern` on the path. */
function bash(api: Api, cli: Cli, words: string[], replaced = words.at(-1)): string[] {
  const bin = join(cli.folder, 'bin')
  mkdirSync(bin, { recursive: true })
  const program = `#!/bin/sh\nexec "${process.execPath}" "${BINARY}" "$@"\n`
  writeFileSync(join(bin, 'skyvern'), program, { mode: 0o755 })
  const script = [
    'set -eu',
    'eval "$(skyvern completion bash)"',
    `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}`,
    `_skyvern skyvern '${replaced}' ''`,
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ]
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', script.join('\n')], {
    encoding: 'utf8',
    env: {
      PATH: `${bin}:${process.env['PATH']}`,
      SKYVERN_CONFIG_DIR: cli.folder,
      SKYVERN_BASE_URL: api.url,
      SKYVERN_API_KEY: KEY,
    },
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout.trim().split('\n')
}

test('the bash script offers commands', async () => {
  const api = await startApi()
  expect(bash(api, cliFor(api), ['skyvern', 'session', 'c'])).toEqual([
    'create',
    'current',
    'cookies',
    'close',
  ])
  const wait = ['skyvern', 'session', 'wait']
  expect(bash(api, cliFor(api), [...wait, '--for', '=', 'r'])).toEqual(['ready'])
  // bash 3.2 passes the word whole, and replaces what comes after the =.
  expect(bash(api, cliFor(api), [...wait, '--for=r'], 'r')).toEqual(['ready'])
  expect(bash(api, cliFor(api), [...wait, '--for='], '')).toEqual(['ready', 'idle', 'closed'])
})

/** Read once. */
let help: Promise<Result> | undefined

test.each(['bash', 'zsh', 'fish'])(
  'the script for %s and its help say how to install it',
  async (shell) => {
    const cli = createCli()
    const told = await (help ??= cli.run(['completion', '--help']))
    const { stdout } = await cli.run(['completion', shell])
    const line = stdout.split('\n').find((text) => text.includes(`skyvern completion ${shell}`))
    expect(line).toMatch(/^# {3}\S/)
    expect(told.stdout).toContain(line?.slice(4))
    expect(told.stdout).toContain('on macOS ~/.bash_profile')
  },
)

test('a shell without a script is refused', async () => {
  const result = await createCli().run(['completion', 'tcsh'])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain('bash, zsh, fish')
})
