/** `session download`: saves the downloads and recordings of a session. */
import type { Command } from 'commander'
import { getBrowserSession } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { takesSession } from '../recipes.ts'
import { filesOfSession } from '../../files/sources.ts'
import { addSaveOptions, saveAndPrint } from '../../files/save.ts'
import type { SaveOptions } from '../../files/save.ts'

export function define(command: Command, context: Context): void {
  takesSession(addSaveOptions(command)).action(
    async (given: string | undefined, options: SaveOptions) => {
      const id = context.sessionId(given)
      const client = await context.client()
      const session = await getBrowserSession(client, id, context.requestOptions())
      await saveAndPrint(context, client, filesOfSession(session), options)
    },
  )
}
