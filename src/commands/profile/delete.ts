/** `profile delete`: permanent, so it asks first, and says what uses the profile. */
import type { Command } from 'commander'
import { deleteBrowserProfile } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { describeUsage, profileIdOf } from '../../sessions/profile.ts'
import { runDelete, takesThings } from '../recipes.ts'
import type { DeleteOptions } from '../recipes.ts'

export function define(command: Command, context: Context): void {
  takesThings(command, 'profile').action((given: string[], options: DeleteOptions) =>
    runDelete(context, given, options, {
      noun: 'profile',
      find: profileIdOf,
      warning: async (client, id) => {
        const usage = await describeUsage(client, id)
        return usage ? `It is used by ${usage}.` : ''
      },
      remove: deleteBrowserProfile,
    }),
  )
}
