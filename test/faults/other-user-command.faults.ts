/** A command that becomes another user, as `sudo` does: no signal of ours reaches it. Only root can set this up. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliFor } from '../support/api.ts'
import { BINARY, Running } from '../support/cli.ts'
import { CLOSE, startSessions } from '../support/sessions.ts'

const NOBODY = 65_534

/** Not from a folder that is root's alone. */
const othersCanRun = (): boolean =>
  process.getuid?.() === 0 &&
  spawnSync(process.execPath, [BINARY, '--version'], { uid: NOBODY, gid: NOBODY }).status === 0

test.runIf(othersCanRun())(
  'a command that cannot be ended does not keep the session open',
  async () => {
    const api = await startSessions()
    const cli = cliFor(api)
    const home = join(cli.folder, 'home')
    const become = join(cli.folder, 'become')
    chmodSync(cli.folder, 0o755)
    mkdirSync(home)
    chownSync(home, NOBODY, NOBODY)
    copyFileSync('/usr/bin/setpriv', become)
    chmodSync(become, 0o4755)
    const command = [become, '--reuid', '0', 'sh', '-c', 'echo up $$ >&2; exec sleep 60']
    const child = spawn(process.execPath, [BINARY, 'session', 'exec', '--', ...command], {
      uid: NOBODY,
      gid: NOBODY,
      env: cli.environment({ SKYVERN_CONFIG_DIR: home }),
    })
    const running = new Running(child)
    await running.said('up')
    const sent = performance.now()
    const close = api.routes[CLOSE] ?? 'drop'
    let closedAfter = Infinity
    api.routes[CLOSE] = () => {
      closedAfter = performance.now() - sent
      return close
    }
    child.kill('SIGTERM')
    await new Promise((resolve) => child.once('exit', resolve))
    expect(child.signalCode ?? child.exitCode).toBe('SIGTERM')
    expect(closedAfter).toBeLessThan(6_000)
    const [, pid] = /up (\d+)/.exec(running.stderr) ?? []
    // It lives, and a signal of root's reaches it.
    process.kill(Number(pid), 'SIGKILL')
    expect(api.closes()).toEqual([1])
  },
)
