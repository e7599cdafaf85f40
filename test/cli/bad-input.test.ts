import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { cliFor, KEY, session, SESSION_ID, startApi } from '../support/api.ts'
import { CTRL_C, onTerminal } from '../support/pty.ts'
import { BINARY, createCli } from '../support/cli.ts'
import { GET_SESSION } from '../support/routes.ts'

test.each([
  [['sesion', 'list'], 'session'],
  [['session', 'lst'], 'list'],
  [['session', 'list', '--jsno'], '--json'],
  [['session', 'create', '--timout', '5'], '--timeout'],
])('%j is a usage error that suggests %s', async (args, suggestion) => {
  const result = await createCli().run(args)
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain(`Did you mean ${suggestion}?`)
})

test.each([['foo'], ['help', 'foo'], ['foo', '--help']])(
  '%s %s: foo is not a command',
  async (...args) => {
    const { code, stdout, error } = await createCli().run([...args, '--json'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(error).toMatchObject({
      message: "Unknown command 'foo'.",
      hint: 'See `skyvern --help`.',
    })
  },
)

test.each([
  [['login'], "Unknown command 'login'.", 'or `skyvern auth login`?'],
  [
    ['task', 'artifacts'],
    "Missing required argument 'run'.",
    'See `skyvern task artifacts --help`.',
  ],
  [['task', 'run', 'two', 'words'], 'Expected 1 argument but got 2.', 'skyvern task run "…"'],
  [['session', 'exec', 'ls', '-la'], "Unknown option '-la'.", 'skyvern session exec -- …'],
  [
    ['task', 'run', "-don't use\ntwo lines"],
    "Unknown option '-don't use",
    'skyvern task run -- "-…"',
  ],
])('%j says what is wrong and what to type next', async (args, message, hint) => {
  const { code, stdout, error } = await createCli().run([...args, '--json'])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(error.message).toContain(message)
  expect(error.hint).toContain(hint)
})

test.each([
  ['session create --help', ['help session create', 'session help create']],
  ['session --help', ['session help']],
  ['--help', ['help']],
  ['--version', ['version']],
])('%s has other spellings: %j', async (meant, spellings) => {
  const cli = createCli()
  const run = (line: string) => cli.run(line.split(' '))
  const [one, ...others] = await Promise.all([meant, ...spellings].map(run))
  expect(one).toMatchObject({ code: 0, stderr: '' })
  for (const other of others) expect(other).toEqual(one)
})

test('a group without a verb shows its help on stderr and fails', async () => {
  const result = await createCli().run(['session'])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain('create')
  expect(result.stderr).toContain('A command is missing.\nSee `skyvern session --help`.')
})

test('usage errors are JSON under --json, and stdout stays empty', async () => {
  const result = await createCli().run(['session', 'create', '--timeout', 'soon', '--json'])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.error).toMatchObject({ code: 'usage', http_status: null, retryable: false })
  expect(result.stderr.trim().split('\n')).toHaveLength(1)
})

test('no key: exit 4, pointing to the page that shows it, to auth login and to --local', async () => {
  const result = await createCli().run(['session', 'list'])
  expect(result).toMatchObject({ code: 4, stdout: '' })
  expect(result.stderr).toContain('https://app.skyvern.com/settings')
  expect(result.stderr).toContain('skyvern auth login')
  expect(result.stderr).toContain('--local')
  const help = await createCli().run(['auth', 'login', '--help'])
  expect(help.stdout).toContain('https://app.skyvern.com/settings')
  expect(help.stdout).toContain('--local')
})

test('no key for a server of its own: the page of the cloud does not help', async () => {
  const args = ['session', 'list', '--base-url', 'https://skyvern.example.com']
  const { code, stderr } = await createCli().run(args)
  expect(code).toBe(4)
  expect(stderr).toContain('settings page')
  expect(stderr).not.toContain('app.skyvern.com')
})

test('the prompt for a key says where one is found', async () => {
  const terminal = onTerminal(createCli(), ['auth', 'login'])
  await terminal.shows('API key for https://api.skyvern.com: ')
  expect(terminal.output).toContain('https://app.skyvern.com/settings')
  terminal.type(CTRL_C)
  expect((await terminal.end).signal).toBe(2)
})

test.each([
  [403, 'Invalid credentials'],
  [404, 'Organization not found'],
])('a key refused with %i "%s": exit 4, and the key is not shown', async (status, detail) => {
  const api = await startApi({ 'GET /v1/browser_sessions': { status, json: { detail } } })
  const result = await cliFor(api).run(['session', 'list', '--json'])
  expect(result).toMatchObject({ code: 4, stdout: '' })
  expect(result.error).toMatchObject({ code: 'auth_rejected', http_status: status })
  expect(result.stderr).toContain(detail)
  expect(result.stderr).not.toContain(KEY)
  expect(api.requests).toHaveLength(1)
})

test.each([
  [
    ['session', 'get', 'pbs_0'],
    'Browser session pbs_0 not found',
    'List the sessions: `skyvern session list --all`',
  ],
  [['task', 'get', 'tsk_0'], 'Task run not found tsk_0', 'List the runs: `skyvern task list`'],
])('%j names where to look for what there is', async (args, detail, hint) => {
  const notFound = { status: 404, json: { detail } }
  const api = await startApi({ [GET_SESSION]: notFound, 'GET /v1/runs/*': notFound })
  const { code, stdout, error } = await cliFor(api).run([...args, '--json'])
  expect([code, stdout]).toEqual([5, ''])
  expect(error).toMatchObject({ code: 'not_found', message: `${detail} (404).`, hint })
})

test('a feature that the plan lacks is not an authentication failure', async () => {
  const detail = 'This engine is for enterprise plans'
  const api = await startApi({ 'POST /v1/run/tasks': { status: 403, json: { detail } } })
  const result = await cliFor(api).run(['task', 'run', 'x', '--no-session'])
  expect(result.code).toBe(1)
  expect(result.stderr).toContain(detail)
})

test.each([[['session', 'get']], [['session', 'current']]])(
  '%j without a current session: exit 5, nothing sent',
  async (args) => {
    const api = await startApi()
    const result = await cliFor(api).run([...args, '--json'])
    expect(result).toMatchObject({ code: 5, stdout: '' })
    expect(result.error.code).toBe('no_current_session')
    expect(result.error.hint).toContain('skyvern session create')
    expect(api.requests).toHaveLength(0)
  },
)

test.each([
  [['session', 'close', '']],
  [['session', 'get', '']],
  [['session', 'exec', '--session', '', '--', 'true']],
  [['task', 'run', 'Extract all', '--session', '']],
  [['task', 'wait', '']],
  [['task', 'cancel', ' ']],
  [['profile', 'create', 'shop', '--from-session', '']],
])('%j: a variable that is not set is not the current session; nothing sent', async (args) => {
  const api = await startApi()
  const result = await cliFor(api, { SKYVERN_SESSION_ID: SESSION_ID }).run([
    ...args.slice(0, 2),
    '--json',
    ...args.slice(2),
  ])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.error.message).toMatch(/^(The id|<session>|--session|--from-session) is empty\.$/)
  expect(result.error.hint).toContain('variable of your script')
  expect(api.requests).toHaveLength(0)
})

test.each([
  [['session', 'create', ''], '<url>'],
  [['session', 'create', '--profile='], '--profile'],
  [['session', 'create', '--extension', ','], '--extension'],
  [['session', 'create', '--proxy-session-id', ' '], '--proxy-session-id'],
  [['session', 'exec', '--', ''], '<command>'],
  [['task', 'run', 'x', '--no-session', '--download-dir', ''], '--download-dir'],
  [['config', 'set', 'engine', ''], '<value>'],
])('%j: %s is empty, and nothing is sent', async (args, what) => {
  const api = await startApi()
  const result = await cliFor(api).run(args)
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain(`error: ${what} is empty.\n`)
  expect(api.requests).toHaveLength(0)
})

test.runIf(process.platform === 'linux').each([
  ['--download-dir', { HOME: undefined }, 2, 'The folder /proc/x cannot be created'],
  ['--title', { HOME: '/proc', SKYVERN_CONFIG_DIR: undefined }, 7, '127.0.0.1:1'],
])('a folder where none can be made ends a command: %s', async (option, env, exit, said) => {
  const cli = createCli({ SKYVERN_BASE_URL: 'http://127.0.0.1:1', SKYVERN_API_KEY: KEY, ...env })
  const run = ['task', 'run', 'x', '--no-session', '--max-retries', '0']
  const result = await cli.run([...run, option, '/proc/x'])
  expect(result).toMatchObject({ code: exit, stdout: '' })
  expect(result.stderr).toContain(said)
})

test('an empty text is a value where it can be one, and for the command of exec', async () => {
  const cli = cliFor(await startApi())
  const task = ['task', 'run', 'x', '--no-session', '--title', '', '--dry-run']
  expect((await cli.run(task)).json.body).toEqual({ prompt: 'x', title: '' })
  const api = ['api', '/v1/x', '-f', 'a=', '--dry-run']
  expect((await cli.run(api)).json.body).toEqual({ a: '' })
  const exec = ['session', 'exec', '--dry-run', '--', 'grep', '']
  expect(await cli.run(exec)).toMatchObject({ code: 0 })
})

test.runIf(process.platform === 'linux')(
  'bytes that are not text are refused, and the character that stands for them is not',
  async () => {
    const api = await startApi()
    const script = `"$0" "$1" task run "$(printf 'caf\\351')" --no-session`
    const shell = spawnSync('sh', ['-c', script, process.execPath, BINARY], {
      env: cliFor(api).environment(),
      encoding: 'utf8',
    })
    expect(shell).toMatchObject({ status: 2, stdout: '' })
    expect(shell.stderr).toBe('error: Argument 3 is not UTF-8 text.\n')
    expect(api.requests).toHaveLength(0)
    const fine = await cliFor(api).run(['task', 'run', 'caf\uFFFD', '--no-session', '--dry-run'])
    expect(fine.json.body).toEqual({ prompt: 'caf\uFFFD' })
  },
)

test('an id that could lead elsewhere is refused, nothing sent', async () => {
  const api = await startApi()
  const result = await cliFor(api).run(['session', 'get', 'pbs_1/../../api'])
  expect(result.code).toBe(2)
  expect(api.requests).toHaveLength(0)
})

test.each([
  ['https://user:secret@api.example.com', 'user name'],
  ['', 'not a base URL'],
])('the base URL %s is refused', async (url, reason) => {
  const cli = createCli({ SKYVERN_API_KEY: KEY })
  const result = await cli.run(['session', 'list', '--base-url', url])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain(reason)
  expect(result.stderr).not.toContain('secret')
})

test.each([
  [['task', 'run', '-', '--schema', '-', '--session', SESSION_ID]],
  [['api', '/v1/credentials', '-F', 'a=-', '-F', 'b=-']],
])('%j: standard input is read once, and nothing is sent', async (args) => {
  const api = await startApi()
  const result = await cliFor(api).run([...args, '--json'], { input: '{}' })
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.error.message).toContain('standard input was already read')
  expect(api.requests).toHaveLength(0)
})

test('--local and --base-url exclude each other', async () => {
  const result = await createCli().run(['session', 'list', '--local', '--base-url', 'https://x.y'])
  expect(result.code).toBe(2)
  expect(result.stderr).toContain('exclude each other')
})

test('a field that is not there lists those that are', async () => {
  const api = await startApi({ [GET_SESSION]: { json: session() } })
  const cli = cliFor(api)
  const result = await cli.run(['session', 'get', SESSION_ID, '--fields', 'stauts'])
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain('browser_session_id')
})

test('close --all without a terminal asks for --yes and closes nothing', async () => {
  const api = await startApi({ 'GET /v1/browser_sessions': { json: [session()] } })
  const result = await cliFor(api).run(['session', 'close', '--all'])
  expect(result.code).toBe(2)
  expect(result.stderr).toContain('--yes')
  expect(api.requests.every(({ method }) => method === 'GET')).toBe(true)
})

test.each([
  [['session', 'list', '--dry-run'], 'shows writes'],
  [['session', 'list', '--fields='], 'separated by commas'],
  [['task', 'run', 'x', '--no-session', '--run-with', 'cod'], 'one of: agent, code'],
  [['session', 'create', '--proxy', 'US', '--proxy-location', 'GB'], 'cannot be used with'],
  [['task', 'run', 'x', '--totp-url', 'shop'], "'--totp-url <url>' argument 'shop'"],
  [['config', 'set', 'engine', 'skyvern-1.0', '--dry-run'], 'shows requests'],
  [['local', 'start', '--dry-run'], 'shows requests'],
])('%j is refused, nothing sent', async (args, reason) => {
  const api = await startApi()
  const result = await cliFor(api).run(args)
  expect(result).toMatchObject({ code: 2, stdout: '' })
  expect(result.stderr).toContain(reason)
  expect(api.requests).toHaveLength(0)
})
