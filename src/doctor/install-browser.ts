/** Finds the browser for the embedded backend, or installs one with a command that is printed first. */
import { spawn } from 'node:child_process'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'

/**
 * The path of a browser. If none is found, and the user is root, installs one.
 * @throws CliError with the command to run
 */
export async function ensureBrowser(context: Context): Promise<string> {
  const { findBrowser, installAdvice } = await import('../local/door.ts')
  const found = findBrowser(context.env)
  if (found !== undefined) return found
  const { commands, text } = installAdvice()
  let said = ''
  // Another browser would not help against a wrong CHROME_PATH.
  for (const command of context.env['CHROME_PATH'] ? [] : commands) {
    context.output.note(`$ ${command}`)
    const progress = context.output.progress('Installing a browser')
    said = await runInShell(command)
    progress.stop()
    const installed = findBrowser(context.env)
    if (installed === undefined) continue
    context.output.done(`Browser installed: ${installed}`)
    return installed
  }
  if (said !== '') context.output.note(lastLines(said))
  const hint = context.env['CHROME_PATH']
    ? 'CHROME_PATH does not name a program. Correct or unset it.'
    : `Install one: ${text}`
  throw new CliError('network', 'No Chrome, Chromium or Edge was found on this machine.', { hint })
}

/** The output of the command. Whether it succeeded is found out by looking for a browser again. */
function runInShell(command: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (said += chunk))
    }
    child.on('error', (error) => resolve(`${said}${error.message}`))
    child.on('close', () => resolve(said))
  })
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-10).join('\n')
