/** `local doctor`: checks what the embedded backend needs, in the form of `doctor`. */
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { showFindings } from '../../doctor/finding.ts'
import type { Finding } from '../../doctor/finding.ts'
import { fixMachine } from '../../doctor/fix.ts'
import { checkLocalParts } from '../../doctor/local-parts.ts'

export function define(command: Command, context: Context): void {
  command
    .option('--fix', 'Install a browser if none is found; the command is printed first')
    .action(async ({ fix }: { fix?: boolean }) => {
      if (fix) await fixMachine(context)
      const parts = await checkLocalParts(context, true)
      await showFindings(context, [...parts, await backend(context)])
    })
}

/** It need not be running: it starts on demand. */
async function backend(context: Context): Promise<Finding> {
  const { findBackend } = await import('../../local/door.ts')
  const running = await findBackend(context.localFolder())
  return { check: 'backend', status: 'ok', detail: running?.baseUrl ?? 'starts when needed' }
}
