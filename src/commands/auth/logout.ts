/** `auth logout`: removes the stored key of one server. */
import type { Command } from 'commander'
import type { Context } from '../../context.ts'

export function define(command: Command, context: Context): void {
  command.action(async () => {
    const { output, store } = context
    const origin = context.origin()
    if (store.apiKey(origin) === undefined) {
      return output.note(`No key is stored for ${origin}.`)
    }
    await store.setApiKey(origin, undefined)
    output.done(`Key for ${origin} removed`)
    if (context.env['SKYVERN_API_KEY']) output.warn('SKYVERN_API_KEY is set, and is still used.')
  })
}
