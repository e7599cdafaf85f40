/** `local start`: starts the embedded backend, as `--local` does on demand, and prints its address. */
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { parseWhole } from '../../options/parse.ts'
import { shown } from './backend.ts'

export function define(command: Command, context: Context): void {
  command
    .option('--port <number>', 'Listen there; any free port without it', parseWhole(1, 65_535))
    .action(async ({ port }: { port?: number }) => {
      const { output } = context
      const progress = output.progress('Starting the embedded backend')
      const backend = await context.local(port).finally(() => progress.stop())
      if (port !== undefined && !backend.baseUrl.endsWith(`:${port}`)) {
        output.warn('It was already running, on another port.')
      }
      output.done(`Embedded backend running · ${backend.browser} · demo site ${backend.demoUrl}`)
      output.result(shown(context, backend), backend.baseUrl)
    })
}
