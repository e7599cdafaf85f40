/** `config path`: the files and folders of keys, settings, sessions and the embedded backend. */
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'

export function define(command: Command, context: Context): void {
  command.action(async () => {
    const { folders, output, store } = context
    if (!folders) throw usageError('Nothing is stored, because there is no home folder.')
    const paths = {
      settings: store.settingsFile,
      keys: store.keysFile,
      state: folders.state,
      local: context.localFolder(),
    }
    await output.details(paths, Object.entries(paths))
  })
}
