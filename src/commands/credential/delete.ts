/** `credential delete`: permanent, so it asks first. */
import type { Command } from 'commander'
import { deleteCredential } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { credentialIdOf } from '../../runs/credential.ts'
import { runDelete, takesThings } from '../recipes.ts'
import type { DeleteOptions } from '../recipes.ts'

export function define(command: Command, context: Context): void {
  takesThings(command, 'credential').action((given: string[], options: DeleteOptions) =>
    runDelete(context, given, options, {
      noun: 'credential',
      find: credentialIdOf,
      remove: deleteCredential,
    }),
  )
}
