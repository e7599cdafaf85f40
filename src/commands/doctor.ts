/** `doctor`: checks everything that the tool needs. One row per check, with a remedy for each problem. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import type { Finding } from './doctor/machine.ts'
import { checkMachine } from './doctor/machine.ts'
import { checkServer } from './doctor/server.ts'

const MARKS = { ok: '✓', warning: '!', failed: '✗' } as const

export function define(command: Command, context: Context): void {
  command.action(async () => {
    const { output } = context
    const progress = output.progress('Checking')
    const findings: Finding[] = [...(await checkMachine(context))]
    const server = await checkServer(context).finally(() => progress.stop())
    findings.push(...server.findings)
    await output.list(
      findings,
      [
        {
          title: '',
          value: ({ status }) => (output.terminal.interactive ? MARKS[status] : status),
        },
        { title: 'CHECK', value: ({ check }) => check },
        { title: 'FOUND', value: ({ detail }) => detail },
        { title: 'TO DO', value: ({ fix }) => fix },
      ],
      { id: 'check', nothing: '' },
    )
    const failed = findings.filter(({ status }) => status === 'failed')
    if (failed.length === 0) return
    const names = failed.map(({ check }) => check).join(', ')
    throw new CliError(server.error?.code ?? 'network', `These checks failed: ${names}.`)
  })
}
