/** `auth logout`: forgets the stored key of one server. */
import type { Command } from 'commander'
import { readValues } from '../../system/files.ts'
import { keysFile } from '../../config/settings.ts'
import type { Context } from '../../context.ts'

export function define(command: Command, context: Context): void {
  command.action(async () => {
    const { output } = context
    const origin = context.origin()
    const file = context.folders && keysFile(context.folders)
    if (!file || readValues(file, context.warn)[origin] === undefined) {
      return output.note(`No key is stored for ${origin}.`)
    }
    const { updateValues } = await import('../../config/store.ts')
    await updateValues(file, { [origin]: undefined }, context.warn)
    output.done(`Key for ${origin} forgotten`)
    if (context.env['SKYVERN_API_KEY']) output.warn('SKYVERN_API_KEY is set and stays in force.')
  })
}
