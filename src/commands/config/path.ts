/** `config path`: where keys, settings, sessions and the embedded backend keep their files. */
import type { Command } from 'commander'
import { keysFile, settingsFile } from '../../config/settings.ts'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'

export function define(command: Command, context: Context): void {
  command.action(async () => {
    const { folders, output } = context
    if (!folders) throw usageError('There is no home folder: nothing is kept.')
    const paths = {
      settings: settingsFile(folders),
      keys: keysFile(folders),
      state: folders.state,
      local: context.localFolder(),
    }
    await output.details(paths, Object.entries(paths))
  })
}
