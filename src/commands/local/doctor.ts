/** `local doctor`: checks what the embedded backend needs. `--fix` installs a browser. */
import { createRequire } from 'node:module'
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { CliError } from '../../errors.ts'
import { ensureBrowser } from './browser.ts'

interface Finding {
  part: string
  ok: boolean
  detail: string
}

export function define(command: Command, context: Context): void {
  command
    .option('--fix', 'Install a browser if none is found; the command is printed first')
    .action(async ({ fix }: { fix?: boolean }) => {
      if (fix) await ensureBrowser(context)
      const findings = [await browser(context), driver(), await backend(context)]
      await context.output.list(
        findings,
        [
          { title: 'PART', value: (row) => row.part },
          { title: 'STATE', value: (row) => (row.ok ? 'ok' : 'missing') },
          { title: 'DETAIL', value: (row) => row.detail },
        ],
        { id: 'part', nothing: '' },
      )
      const missing = findings.filter(({ ok }) => !ok)
      if (missing.length === 0) return
      const parts = missing.map(({ part }) => part).join(' and ')
      throw new CliError('network', `The embedded backend cannot run without ${parts}.`)
    })
}

async function browser({ env }: Context): Promise<Finding> {
  const { findBrowser, installAdvice } = await import('../../local/door.ts')
  const found = findBrowser(env)
  const advice = env['CHROME_PATH']
    ? 'CHROME_PATH does not name a program'
    : `install one: ${installAdvice().text}`
  return { part: 'browser', ok: found !== undefined, detail: found ?? advice }
}

function driver(): Finding {
  try {
    const path = createRequire(import.meta.url).resolve('playwright-core')
    return { part: 'driver', ok: true, detail: path }
  } catch {
    return { part: 'driver', ok: false, detail: 'install it: `npm install playwright-core`' }
  }
}

/** It need not be running: it starts on demand. */
async function backend(context: Context): Promise<Finding> {
  const { findBackend } = await import('../../local/door.ts')
  const running = await findBackend(context.localFolder())
  return { part: 'backend', ok: true, detail: running?.baseUrl ?? 'starts when it is needed' }
}
