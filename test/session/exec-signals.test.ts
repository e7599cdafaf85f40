import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { cliFor } from '../support/api.ts'
import type { Reply } from '../support/api.ts'
import { HURRIED, pathWithSkyvern } from '../support/cli.ts'
import { CTRL_C, onTerminal, TestTerminal } from '../support/pty.ts'
import { CLOSE, CREATE, GET, startSessions } from '../support/sessions.ts'

/** Says its process id, then waits for longer than any test. */
const WAIT = ['--', 'sh', '-c', 'echo up $$ >&2; exec sleep 300']
/** Takes nothing but KILL. */
const STUBBORN = [
  '--',
  'sh',
  '-c',
  'trap "echo heard >&2" INT TERM; echo up >&2; while :; do sleep 0.1; done',
]

test('a command that does not end is killed by a third signal, and exec dies of the first', async () => {
  const api = await startSessions()
  const running = cliFor(api).start(['session', 'exec', ...STUBBORN])
  await running.said('up')
  running.child.kill('SIGTERM')
  await running.said('heard')
  running.child.kill('SIGINT')
  running.child.kill('SIGTERM')
  expect(await running.result).toMatchObject({ signal: 'SIGTERM' })
  expect(api.closes()).toEqual([1])
})

test('a command that ignores two signals is killed', async () => {
  const api = await startSessions()
  const running = cliFor(api, HURRIED).start(['session', 'exec', ...STUBBORN])
  await running.said('up')
  running.child.kill('SIGINT')
  await running.said('heard')
  running.child.kill('SIGINT')
  expect(await running.result).toMatchObject({ signal: 'SIGINT' })
  expect(api.closes()).toEqual([1])
})

test('a command that cleans up after TERM has time to end', async () => {
  const api = await startSessions()
  const script = 'trap "sleep 1; echo tidy; exit 0" TERM; echo up >&2; while :; do sleep 0.1; done'
  const running = cliFor(api).start(['session', 'exec', '--', 'sh', '-c', script])
  await running.said('up')
  running.child.kill('SIGTERM')
  expect(await running.result).toMatchObject({ signal: 'SIGTERM', stdout: 'tidy\n' })
  expect(api.closes()).toEqual([1])
})

test('the signal that a command dies of decides how exec ends', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const dieOf = (name: string) => cli.run(['session', 'exec', '--', 'sh', '-c', `kill -${name} $$`])
  expect(await dieOf('TERM')).toMatchObject({ code: null, signal: 'SIGTERM' })
  expect(await dieOf('KILL')).toMatchObject({ code: 128 + constants.signals.SIGKILL })
  expect(await dieOf('USR1')).toMatchObject({ code: null, signal: 'SIGUSR1' })
  expect(api.closes()).toEqual([1, 1, 1])
})

test('a signal while the session is created closes it, and nothing is run', async () => {
  const api = await startSessions()
  const create = api.routes[CREATE]
  const running = cliFor(api).start(['session', 'exec', '--', 'echo', 'ran'])
  api.routes[CREATE] = async () => {
    running.child.kill('SIGTERM')
    await running.said('waiting for the answer')
    return create ?? 'drop'
  }
  expect(await running.result).toMatchObject({ signal: 'SIGTERM', stdout: '' })
  expect(api.closes()).toEqual([1])
})

test('two signals while the session is created close it too', async () => {
  const api = await startSessions()
  const create = api.routes[CREATE]
  const running = cliFor(api).start(['session', 'exec', '--', 'echo', 'ran'])
  api.routes[CREATE] = async () => {
    for (const times of [1, 2]) {
      running.child.kill(times === 1 ? 'SIGINT' : 'SIGTERM')
      await running.said('waiting for the answer', times)
    }
    return create ?? 'drop'
  }
  expect(await running.result).toMatchObject({ signal: 'SIGINT', stdout: '' })
  expect(api.closes()).toEqual([1])
})

test('after a signal while a create is refused, exec dies of the signal', async () => {
  const api = await startSessions()
  const running = cliFor(api).start(['session', 'exec', '--', 'echo', 'ran'])
  api.routes[CREATE] = async () => {
    running.child.kill('SIGINT')
    await running.said('waiting for the answer')
    return { status: 402, json: { detail: 'No credits' } }
  }
  const result = await running.result
  expect(result).toMatchObject({ signal: 'SIGINT', stdout: '' })
  expect(result.stderr).toContain('No credits')
})

test('a signal while the browser starts closes the session, and nothing is run', async () => {
  const api = await startSessions({ started_at: null })
  const look = api.routes[GET]
  const running = cliFor(api).start(['session', 'exec', '--', 'echo', 'ran'])
  api.routes[GET] = (_, before) => {
    if (before === 1) running.child.kill('SIGINT')
    return look ?? 'drop'
  }
  expect(await running.result).toMatchObject({ signal: 'SIGINT', stdout: '' })
  expect(api.closes()).toEqual([1])
})

test('two signals while the session is closed do not stop the close', async () => {
  const api = await startSessions()
  const close = api.routes[CLOSE]
  const running = cliFor(api).start(['session', 'exec', '--', 'true'])
  api.routes[CLOSE] = async () => {
    running.child.kill('SIGINT')
    await running.said('Closing')
    running.child.kill('SIGTERM')
    return close ?? 'drop'
  }
  expect(await running.result).toMatchObject({ signal: 'SIGINT' })
  expect(api.open()).toEqual([])
})

test('a third signal ends exec, which says how to close the session', async () => {
  const api = await startSessions()
  const running = cliFor(api).start(['session', 'exec', '--json', '--', 'true'])
  api.routes[CLOSE] = async (): Promise<Reply> => {
    for (const times of [1, 2, 3]) {
      running.child.kill('SIGINT')
      await running.said('Closing', times < 3 ? times : 2)
    }
    return 'hang'
  }
  const result = await running.result
  expect(result).toMatchObject({ signal: 'SIGINT' })
  const [id] = api.open()
  expect(result.error).toMatchObject({ code: 'close_unconfirmed', session_id: id })
  expect(result.error.hint).toContain(`skyvern session close ${id}`)
})

test('a closed stderr does not keep the session open', async () => {
  const api = await startSessions()
  const script = 'echo up >&2; exec sleep 1'
  const running = cliFor(api).start(['session', 'exec', '--', 'sh', '-c', script])
  await running.said('up')
  running.child.stdout.destroy()
  running.child.stderr.destroy()
  expect(await running.result).toMatchObject({ code: 0 })
  expect(api.closes()).toEqual([1])
})

test('Ctrl-C reaches the command once, through the terminal', async () => {
  const api = await startSessions()
  // Goes on for a while, to hear more.
  const script = `
    process.on('SIGINT', () => { console.log('heard'); setTimeout(() => process.exit(130), 700) })
    setInterval(() => {}, 1000)
    console.log('up')`
  const command = ['session', 'exec', '--', process.execPath, '-e', script]
  const terminal = onTerminal(cliFor(api), command)
  await terminal.shows('up')
  terminal.type(CTRL_C)
  expect(await terminal.end).toMatchObject({ signal: constants.signals.SIGINT })
  expect(terminal.output.match(/heard/g)).toHaveLength(1)
  expect(api.closes()).toEqual([1])
})

test('an interactive command may handle Ctrl-C and continue', async () => {
  const api = await startSessions()
  const script = 'trap "echo key" INT; echo up; read line; read line; echo "read $line"'
  const terminal = onTerminal(cliFor(api), ['session', 'exec', '--', 'bash', '-c', script])
  await terminal.shows('up')
  terminal.type(CTRL_C)
  await terminal.shows('key')
  terminal.type('\nanswer\n')
  await terminal.shows('read answer')
  expect(await terminal.end).toEqual({ code: 0, signal: 0 })
  expect(api.closes()).toEqual([1])
})

test('a second Ctrl-C within the limit ends a command that ignores it', async () => {
  const api = await startSessions()
  const terminal = onTerminal(cliFor(api), ['session', 'exec', ...STUBBORN])
  await terminal.shows('up')
  for (const times of [1, 2, 3]) {
    terminal.type(CTRL_C)
    if (times < 3) await terminal.shows('heard', times)
  }
  expect(await terminal.end).toMatchObject({ signal: constants.signals.SIGINT })
  expect(api.closes()).toEqual([1])
})

test('Ctrl-C stops a loop, so that it does not open another session', async () => {
  const api = await startSessions()
  const cli = cliFor(api, { PATH: pathWithSkyvern() })
  const script = `for i in 1 2 3; do skyvern session exec ${WAIT.slice(0, -1).join(' ')} '${WAIT.at(-1)}'; done; echo after`
  const terminal = new TestTerminal('bash', ['-c', script], cli.environment())
  await terminal.shows('up')
  terminal.type(CTRL_C)
  await terminal.end
  expect(terminal.output).not.toContain('after')
  expect(api.sessions.size).toBe(1)
  expect(api.open()).toEqual([])
})

test('a closed terminal closes the session', async () => {
  const api = await startSessions()
  const terminal = onTerminal(cliFor(api), ['session', 'exec', ...WAIT])
  await terminal.shows('up')
  terminal.hangUp()
  expect(await terminal.end).toMatchObject({ signal: constants.signals.SIGHUP })
  expect(api.closes()).toEqual([1])
})
