/** The embedded backend between containers that share a folder and nothing else. */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { BINARY, createCli, HURRIED, Running } from '../support/cli.ts'
import { HAS_NAMESPACES, UNSHARE } from '../support/namespaces.ts'

test.runIf(HAS_NAMESPACES)(
  'a daemon of another container is not stopped, and keeps its browsers',
  async () => {
    const cli = createCli()
    const env = cli.environment({ SKYVERN_LOCAL: '1' })
    const create = `"${process.execPath}" "${BINARY}" session create`
    const script = `ip link set lo up; ${create} && echo up >&2; read end`
    const child = spawn('unshare', [...UNSHARE, '--net', 'sh', '-c', script], { env })
    onTestFinished(() => void child.kill('SIGKILL'))
    const container = new Running(child)
    await container.said('up')

    const stopped = await cli.run(['local', 'stop', '--json'])
    expect(stopped).toMatchObject({ code: 6, stdout: '' })
    expect(stopped.error).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('runs in another container'),
    })
    const refused = await cli.run(['session', 'create', '--local', '--json'], { env: HURRIED })
    expect(refused).toMatchObject({ code: 6, stdout: '' })
    expect(refused.error.message).toContain('runs in another container')
    expect(readdirSync(join(cli.folder, 'local', 'browsers'))).toEqual([container.stdout.trim()])

    child.stdin.end()
    await container.result
    // With its process 1 the container has ended, and so has the daemon: its lock is taken over at once.
    expect((await cli.run(['local', 'stop', '--json'])).json).toEqual({ stopped: false })
  },
)
