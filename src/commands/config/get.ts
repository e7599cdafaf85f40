/** `config get`: the value on stdout, its source on stderr. */
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { settingRows } from './settings.ts'

export function define(command: Command, context: Context): void {
  command.argument('<setting>', 'As in `config list`').action((name: string) => {
    const rows = settingRows(context)
    const row = rows.find((candidate) => candidate.name === name)
    if (!row) {
      const names = rows.map((candidate) => candidate.name).join(', ')
      throw usageError(`No setting is named "${name}".`, `It takes one of: ${names}.`)
    }
    context.output.note(`from ${row.source}`)
    context.output.result(row, row.value)
  })
}
