import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { cliFor, run, RUN_ID, session, SESSION_ID, startApi } from '../support/api.ts'
import { BINARY, Result } from '../support/cli.ts'
import type { Cli } from '../support/cli.ts'

const ROUTES = {
  'GET /v1/browser_sessions': { json: [session()] },
  'POST /v1/browser_sessions': { json: session() },
  'POST /v1/run/tasks': { json: run({ status: 'queued' }) },
  'GET /v1/runs/*': { json: run() },
}
const TASK = ['task', 'run', 'x', '--no-session']

/** A disk that is always full; Linux has one. */
function full(): number {
  const descriptor = openSync('/dev/full', 'w')
  onTestFinished(() => closeSync(descriptor))
  return descriptor
}

/** Runs it with that standard output; `gone` is a pipe that nobody reads any more. */
async function writingTo(stdout: number | 'gone', cli: Cli, args: string[]): Promise<Result> {
  const env = cli.environment()
  const child =
    stdout === 'gone'
      ? spawn(
          'sh',
          [
            '-c',
            '{ sleep 0.2; "$@"; echo $? >&3; } | true',
            'sh',
            process.execPath,
            BINARY,
            ...args,
          ],
          {
            env,
            stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
          },
        )
      : spawn(process.execPath, [BINARY, ...args], { env, stdio: ['pipe', stdout, 'pipe'] })
  let stderr = ''
  let status = ''
  child.stderr?.on('data', (chunk) => (stderr += chunk))
  child.stdio[3]?.on('data', (chunk) => (status += chunk))
  const code: number = await new Promise((resolve) => child.on('close', resolve))
  return new Result(stdout === 'gone' ? Number(status) : code, null, '', stderr)
}

const linux = process.platform === 'linux'

test.runIf(linux).each([[[]], [['--json']], [['-q']]])(
  'an output that cannot be written is an error that names what was created: %j',
  async (flags) => {
    const cli = cliFor(await startApi(ROUTES))
    const cases: [args: string[], code: number, id: string][] = [
      [['session', 'list'], 1, ''],
      [['session', 'create'], 75, SESSION_ID],
      [['session', 'create', '--format', 'env'], 75, SESSION_ID],
      [[...TASK, '--no-wait'], 75, RUN_ID],
      [TASK, 75, RUN_ID],
    ]
    // What bills is tried with each of the flags; the rest is told in the same way.
    const tried = flags.length === 0 ? cases : [cases[1], cases[3]].filter((one) => !!one)
    for (const [args, code, id] of tried) {
      const { code: exit, stderr } = await writingTo(full(), cli, [...args, ...flags])
      expect(exit).toBe(code)
      expect(stderr).toContain('Standard output cannot be written')
      expect(stderr).toContain(id)
      expect(stderr).not.toMatch(/\n\s+at |node:/)
      if (!flags.includes('--json')) continue
      const { error } = new Result(exit, null, '', stderr)
      expect(error.session_id ?? error.run_id ?? '').toBe(id)
      if (id) expect(error).toMatchObject({ code: 'create_unconfirmed', retryable: false })
    }
  },
)

test.runIf(linux)(
  'a reader that has gone causes no error, unless the id of something that bills would be lost',
  async () => {
    const cli = cliFor(await startApi(ROUTES))
    expect(await writingTo('gone', cli, ['session', 'list'])).toMatchObject({ code: 0, stderr: '' })
    // The run has ended, and its output was not wanted.
    expect(await writingTo('gone', cli, [...TASK, '-q'])).toMatchObject({ code: 0, stderr: '' })
    for (const [args, id] of [
      [['session', 'create', '-q'], SESSION_ID],
      [[...TASK, '--no-wait', '-q'], RUN_ID],
    ] as const) {
      const { code, stderr } = await writingTo('gone', cli, [...args])
      expect(code).toBe(75)
      expect(stderr).toContain(id)
    }
  },
)
