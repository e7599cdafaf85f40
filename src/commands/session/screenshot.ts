/** `session screenshot`: a picture of the page, in a file, or on stdout when that is a pipe. */
import { existsSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { formatSize } from '../../output/words.ts'
import { codeOf, reasonOf } from '../../system/files.ts'
import { takesSession } from '../recipes.ts'

interface ScreenshotOptions {
  output?: string
  fullPage?: boolean
}

const FORMATS = { png: 'png', jpg: 'jpeg', jpeg: 'jpeg', webp: 'webp' } as const

export function define(command: Command, context: Context): void {
  takesSession(command)
    .option('-o, --output <file>', 'Where to save it, .png, .jpg or .webp; - for stdout')
    .option('--full-page', 'All of the page, not only what the window shows')
    .action((given: string | undefined, options: ScreenshotOptions) =>
      screenshot(context, given, options),
    )
}

async function screenshot(
  context: Context,
  given: string | undefined,
  { output: file, fullPage = false }: ScreenshotOptions,
): Promise<void> {
  const { output } = context
  const format = formatOf(file)
  const { inBrowser } = await import('../../cdp/session.ts')
  const { attachToPage, picture } = await import('../../cdp/page.ts')
  const taken = await inBrowser(context, given, async (browser, { browser_session_id: id }) => {
    const page = await attachToPage(browser)
    return { id, url: page.url, bytes: await picture(page, { format, fullPage }) }
  })
  const { json, fields } = context.globals
  const piped = file === undefined && !output.terminal.interactive && !json && !fields
  if (file === '-' || piped) return output.writeBytes(taken.bytes)
  const path = file ?? freePath(taken.id)
  try {
    writeFileSync(path, taken.bytes)
  } catch (error) {
    const reason = codeOf(error) === 'ENOENT' ? 'its folder does not exist' : reasonOf(error)
    throw usageError(`${path} cannot be written: ${reason}.`)
  }
  output.done(`Picture of ${taken.url} (${formatSize(taken.bytes.length)})`)
  output.result({ path, url: taken.url, file_size: taken.bytes.length }, path)
}

/** Named after the session. An earlier picture is not overwritten. */
function freePath(id: string): string {
  let path = `${id}.png`
  for (let count = 2; existsSync(path); count += 1) path = `${id} (${count}).png`
  return path
}

function formatOf(file: string | undefined): 'png' | 'jpeg' | 'webp' {
  if (file === undefined || file === '-') return 'png'
  const ending = /\.(\w+)$/.exec(file)?.[1]?.toLowerCase() ?? 'png'
  const format = Object.hasOwn(FORMATS, ending) && FORMATS[ending as keyof typeof FORMATS]
  if (format) return format
  throw usageError(`--output takes a file that ends in .png, .jpg or .webp, not .${ending}.`)
}
