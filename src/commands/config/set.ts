/** `config set`: stores a setting. Keys are stored by `auth login`. */
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { checkSetting } from './settings.ts'

export function define(command: Command, context: Context): void {
  command
    .argument('<setting>', 'base-url, local, engine, session.timeout, session.proxy, …')
    .argument(
      '<value>',
      'An address, an engine, true or false, or what the option of `session create` takes',
    )
    .action(async (name: string, value: string) => {
      await context.store.setSetting(checkSetting(name, value), value)
      context.output.done(`${name} is ${value}`)
    })
}
