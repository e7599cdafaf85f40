import { closeSync, openSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { cliFor, session, SESSION_ID, startApi } from '../support/api.ts'
import { BINARY } from '../support/cli.ts'

const ROUTES = {
  'GET /v1/browser_sessions': { json: [session()] },
  'POST /v1/browser_sessions': { json: session() },
}

/** A disk that is always full; Linux has one. */
const FULL = '/dev/full'

test.runIf(process.platform === 'linux').each([[[]], [['--json']]])(
  'an output that cannot be written is an error in words, and the session is named: %j',
  async (flags) => {
    const cli = cliFor(await startApi(ROUTES))
    for (const args of [
      ['session', 'list'],
      ['session', 'create'],
    ]) {
      const full = openSync(FULL, 'w')
      onTestFinished(() => closeSync(full))
      const child = spawn(process.execPath, [BINARY, ...args, ...flags], {
        env: cli.environment(),
        stdio: ['pipe', full, 'pipe'],
      })
      let stderr = ''
      child.stderr?.on('data', (chunk) => (stderr += chunk))
      const code = await new Promise((resolve) => child.on('close', resolve))
      expect(code).toBe(1)
      expect(stderr).toContain('Standard output cannot be written')
      expect(stderr).not.toMatch(/\n\s+at |node:/)
      if (args[1] === 'create') expect(stderr).toContain(SESSION_ID)
      if (flags.length > 0)
        expect(() => JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).not.toThrow()
    }
  },
)
