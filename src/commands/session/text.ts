/** `session text`: the text of the page that a session shows. */
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { takesSession } from '../recipes.ts'

export function define(command: Command, context: Context): void {
  takesSession(command).action(async (given: string | undefined) => {
    const { inBrowser } = await import('../../cdp/session.ts')
    const { attachToPage, pageText } = await import('../../cdp/page.ts')
    const read = await inBrowser(context, given, async (browser) => {
      const page = await attachToPage(browser)
      return { url: page.url, title: page.title, text: await pageText(page) }
    })
    context.output.result(read, read.text)
  })
}
