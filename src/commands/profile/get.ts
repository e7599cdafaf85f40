/** `profile get`: everything about one profile. */
import type { Command } from 'commander'
import { getBrowserProfile } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { profileIdOf } from '../../sessions/profile-name.ts'
import { rowsOf } from './rows.ts'

export function define(command: Command, context: Context): void {
  command.argument('<profile>', 'Id or name').action(async (given: string) => {
    const client = await context.client()
    const id = await profileIdOf(client, given)
    const profile = await getBrowserProfile(client, id, context.requestOptions())
    await context.output.details(profile, rowsOf(profile))
  })
}
