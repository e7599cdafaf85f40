/** The browser that the embedded backend needs: found, or installed by a command that is shown first. */
import { spawn } from 'node:child_process'
import type { Context } from '../../context.ts'
import { CliError } from '../../errors.ts'

/**
 * The path of a browser. Where none is found and root may install one, does that.
 * @throws CliError that says what to run
 */
export async function ensureBrowser(context: Context): Promise<string> {
  const { findBrowser, installAdvice } = await import('../../local/door.ts')
  const found = findBrowser(context.env)
  if (found !== undefined) return found
  const { commands, text } = installAdvice()
  // A wrong CHROME_PATH is not mended by another browser.
  for (const command of context.env['CHROME_PATH'] ? [] : commands) {
    context.output.note(`$ ${command}`)
    await runInShell(command)
    const installed = findBrowser(context.env)
    if (installed !== undefined) return installed
  }
  const hint = context.env['CHROME_PATH']
    ? 'CHROME_PATH leads to no program: correct it, or unset it.'
    : `Install one: ${text}`
  throw new CliError('network', 'There is no Chrome, Chromium or Edge on this machine.', { hint })
}

/** Its output goes to stderr. Whether it helped is seen by looking again. */
function runInShell(command: string): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', command], { stdio: ['ignore', 2, 2] })
    child.on('error', () => resolve())
    child.on('exit', () => resolve())
  })
}
