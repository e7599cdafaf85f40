/** `config list`: every setting with its value and source, without a request. */
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { settingRows } from './settings.ts'

export function define(command: Command, context: Context): void {
  command.action(() =>
    context.output.list(
      settingRows(context),
      [
        { title: 'SETTING', value: (row) => row.name },
        { title: 'VALUE', value: (row) => row.value },
        { title: 'SOURCE', value: (row) => row.source },
      ],
      { id: 'name', nothing: 'No settings.' },
    ),
  )
}
