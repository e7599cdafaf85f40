/** `doctor`: checks everything that the tool needs, and names one fix for each problem. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { showFindings } from '../doctor/finding.ts'
import { fixMachine } from '../doctor/fix.ts'
import { checkMachine } from '../doctor/machine.ts'
import { checkServer } from '../doctor/server.ts'

export function define(command: Command, context: Context): void {
  command
    .option(
      '--fix',
      'Fix what is safe to fix: permissions of your folder, a browser; prints the commands',
    )
    .action(async ({ fix }: { fix?: boolean }) => {
      if (fix) await fixMachine(context)
      const progress = context.output.progress('Checking')
      const machine = await checkMachine(context)
      const server = await checkServer(context).finally(() => progress.stop())
      await showFindings(context, [...machine, ...server.findings], server.error?.code)
    })
}
