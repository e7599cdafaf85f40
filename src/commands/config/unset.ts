/** `config unset`: removes a stored setting. */
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { checkSetting } from './settings.ts'

export function define(command: Command, context: Context): void {
  command
    .argument('<setting>', 'base-url, local, engine, session.timeout, session.proxy, …')
    .action(async (name: string) => {
      await context.store.setSetting(checkSetting(name), undefined)
      context.output.done(`${name} removed`)
    })
}
