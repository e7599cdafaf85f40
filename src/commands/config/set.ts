/** `config set`: stores a setting. Keys go through `auth login`. */
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { checkSetting, storeSetting } from './settings.ts'

export function define(command: Command, context: Context): void {
  command
    .argument('<setting>', 'base-url or engine')
    .argument('<value>', 'An address, or the name of an engine')
    .action(async (name: string, value: string) => {
      await storeSetting(context, checkSetting(name, value), value)
      context.output.done(`${name} is ${value}`)
    })
}
