/** The embedded backend and another user of the same machine. Only root can become one, so this is no test of `npm test`. */
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { browsersOf, startLocal } from '../local/support.ts'

const NOBODY = 65_534

/** What the user `nobody` can find out: each attempt with its outcome. */
const ATTEMPTS = `
  const { readFileSync, readdirSync } = require('node:fs')
  const [folder, baseUrl, pid, browser, session] = process.argv.slice(1)
  const attempt = async (name, work) => [name, await work().catch((error) => error.code ?? error.name)]
  const asked = async (path, init) => (await fetch(baseUrl + path, init)).status
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': 13, 'sec-websocket-key': 'a'.repeat(22) + '==' }
  const attached = (token) => new Promise((resolve) =>
    require('node:http').get(baseUrl + '/v1/browser_sessions/' + session + '/cdp' + token, { headers: upgrade })
      .on('response', (response) => resolve(response.statusCode)).on('upgrade', () => resolve(101)))
  Promise.all([
    attempt('key', async () => readFileSync(folder + '/daemon.json', 'utf8')),
    attempt('folder', async () => readdirSync(folder).join()),
    attempt('log', async () => readFileSync(folder + '/daemon.log', 'utf8')),
    attempt('environment', async () => readFileSync('/proc/' + pid + '/environ', 'utf8')),
    attempt('pipe', async () => readFileSync('/proc/' + browser + '/fd/3')),
    attempt('kill', async () => process.kill(Number(pid), 'SIGKILL')),
    attempt('kill browser', async () => process.kill(Number(browser), 'SIGKILL')),
    attempt('list', () => asked('/v1/browser_sessions')),
    attempt('create', () => asked('/v1/browser_sessions', { method: 'POST' })),
    attempt('attach', () => attached('')),
    attempt('attach by guess', () => attached('?token=' + 'a'.repeat(43))),
    attempt('guess', () => asked('/v1/browser_sessions', { headers: { 'x-api-key': 'a'.repeat(43) } })),
  ]).then((outcomes) => console.log(JSON.stringify(Object.fromEntries(outcomes))))
`

test.runIf(process.getuid?.() === 0)(
  'another user gets no key, no file, no session, and ends no process',
  async () => {
    const { folder, backend, call, session } = await startLocal()
    const id = await session()
    const [browser] = browsersOf(folder, id)
    const args = [folder, backend.baseUrl, String(backend.pid), String(browser), id]
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', ATTEMPTS, ...args], {
      uid: NOBODY,
      gid: NOBODY,
      cwd: '/',
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual({
      key: 'EACCES',
      folder: 'EACCES',
      log: 'EACCES',
      environment: 'EACCES',
      pipe: 'EACCES',
      kill: 'EPERM',
      'kill browser': 'EPERM',
      list: 403,
      create: 403,
      attach: 403,
      'attach by guess': 403,
      guess: 403,
    })
    expect((await call('GET', '/v1/browser_sessions')).body).toHaveLength(1)
  },
)
