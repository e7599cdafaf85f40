/** `local stop`: closes every local session and ends the embedded backend. */
import type { Command } from 'commander'
import type { Context } from '../../context.ts'

export function define(command: Command, context: Context): void {
  command.action(async () => {
    const { stopBackend } = await import('../../local/door.ts')
    const progress = context.output.progress('Stopping the embedded backend')
    const stopped = await stopBackend(context.localFolder()).finally(() => progress.stop())
    if (stopped) context.output.done('Embedded backend stopped')
    else context.output.note('No embedded backend was running.')
    context.output.result({ stopped }, '')
  })
}
