/** Checks that a results file belongs to this table: with another one, rows would be paid for twice or skipped. */
import { usageError } from '../errors.ts'
import type { Journal } from './journal.ts'
import type { Header } from './results.ts'
import type { InputRow } from './rows.ts'

/** @throws CliError `usage` naming what differs */
export function checkRecorded({ recorded, file }: Journal, now: Header, rows: InputRow[]): void {
  const { header, rows: lines } = recorded
  if (!header) return
  const differ = (what: string, before = 'none', after = 'none'): never => {
    throw usageError(
      `${file} has the results of ${what} ${before}, not ${after}.`,
      'Name another file with --results, or run the command that wrote this one.',
    )
  }
  if (header.column !== now.column) differ('the key column', header.column, now.column)
  if (header.shard !== now.shard) differ('the part', header.shard, now.shard)
  if (header.origin !== now.origin) differ('the server', header.origin, now.origin)
  if (lines.size > 0 && !rows.some(({ key }) => lines.has(key))) {
    differ('the table', header.rows, now.rows)
  }
}
