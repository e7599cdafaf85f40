/** Names of sessions: they live on this machine, because the API has none. */
import { InvalidArgumentError } from 'commander'
import type { Ledger } from '../../config/ledger.ts'
import { CliError } from '../../errors.ts'

export function parseSessionName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text) && !text.startsWith('pbs_')) return text
  throw new InvalidArgumentError(
    'It takes up to 64 letters, digits, ".", "_" and "-", and does not start with pbs_.',
  )
}

/** @throws CliError `conflict` when the name is taken in this scope */
export function checkName(ledger: Ledger, name: string | undefined): void {
  const taken = name === undefined ? undefined : ledger.find(name)
  if (!taken) return
  const id = taken.session_id ?? 'a session whose create was lost'
  throw new CliError('conflict', `The name "${name}" is taken by ${id}.`, {
    hint: `Close it with \`skyvern session close ${name}\`, or reuse it with \`skyvern session ensure --name ${name}\`.`,
  })
}
