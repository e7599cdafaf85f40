/** Web pages: prints the address, and opens the page if a person is at the screen. */
import { CliError } from '../errors.ts'
import { cleanLine } from './clean.ts'
import type { Output } from './output.ts'

/**
 * Prints the address, and opens it on an interactive terminal.
 * @param missing the error message if there is no address, and `hint` what to do then
 * @throws CliError `not_found`, `bad_response`
 */
export async function showPage(
  output: Output,
  data: object,
  address: string | null | undefined,
  missing: string,
  hint?: string,
): Promise<void> {
  if (!address) throw new CliError('not_found', missing, { hint })
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new CliError(
      'bad_response',
      `The server did not give a web page: ${cleanLine(address, 200)}`,
    )
  }
  output.result(data, url.href)
  if (isAttended(output)) await openInWebBrowser(url.href)
}

const isAttended = ({ terminal, mode }: Output): boolean =>
  terminal.canPrompt && terminal.interactive && !mode.json && !mode.fields && mode.input !== false

/** Hands the address to the desktop. Without a desktop nothing happens: the address has been printed. */
export async function openInWebBrowser(url: string): Promise<void> {
  const { spawn } = await import('node:child_process')
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url]
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}
