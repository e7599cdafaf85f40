/** Names of sessions: they live on this machine, because the API has none. */
import { InvalidArgumentError } from 'commander'
import type { Client } from '../http/request.ts'
import type { Ledger } from '../config/ledger.ts'
import { CliError } from '../errors.ts'
import { findOpen } from './mine.ts'

export function parseSessionName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text) && !text.startsWith('pbs_')) return text
  throw new InvalidArgumentError(
    'It takes up to 64 letters, digits, ".", "_" and "-", and does not start with pbs_.',
  )
}

/**
 * Frees the name of a session that has ended.
 * @throws CliError `conflict` when the name is taken in this scope
 */
export async function freeName(client: Client, ledger: Ledger, name: string): Promise<void> {
  const taken = ledger.find(name)
  if (!taken) return
  const { session_id: id } = taken
  if (!client.dryRun && !(await findOpen(client, id))) return ledger.forget(id)
  throw new CliError('conflict', `The name "${name}" is taken by ${id}.`, {
    sessionId: id,
    hint: `Close it with \`skyvern session close ${name}\`, or use it: \`skyvern session ensure --name ${name}\``,
  })
}
