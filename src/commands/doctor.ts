/** `doctor`: checks everything that the tool needs: what it finds, and one thing to do about each problem. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { showFindings } from '../doctor/finding.ts'
import { fixMachine } from '../doctor/fix.ts'
import { checkMachine } from '../doctor/machine.ts'
import { checkServer } from '../doctor/server.ts'

export function define(command: Command, context: Context): void {
  command
    .option('--fix', 'Mend what is safe to: a folder of yours, a browser; commands are printed')
    .action(async ({ fix }: { fix?: boolean }) => {
      if (fix) await fixMachine(context)
      const progress = context.output.progress('Checking')
      const machine = await checkMachine(context)
      const server = await checkServer(context).finally(() => progress.stop())
      await showFindings(context, [...machine, ...server.findings], server.error?.code)
    })
}
