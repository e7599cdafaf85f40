/** The failures of a map that has ended; none if every row is done. */
import { CliError, toCliError } from '../errors.ts'
import { ApiError } from '../http/errors.ts'
import { countOf } from '../output/words.ts'
import { JournalError } from './journal.ts'
import type { Mapper } from './mapper.ts'
import type { Pool } from './pool.ts'
import type { Tally } from './tally.ts'

export interface Ending {
  tally: Tally
  mapper: Mapper
  pool: Pool
  orphans: CliError | undefined
  file: string
  options: { maxFailures: number }
}

/** Gravest first: sessions that may bill, what stopped the map, rows that failed. */
export function failuresOf({ tally, mapper, pool, orphans, file, options }: Ending): CliError[] {
  const failures: CliError[] = [...pool.failures]
  if (orphans) failures.push(orphans)
  if (tally.inDoubt.length > 0) failures.push(inDoubt(tally, file))
  if (mapper.failure !== undefined) failures.push(stopped(mapper.failure, tally))
  else if (tally.failedNow >= options.maxFailures) failures.push(tooManyFailed(tally))
  if (tally.failed.length > 0) failures.push(someFailed(tally, file))
  return failures
}

const inDoubt = ({ inDoubt: keys }: Tally, file: string): CliError =>
  new CliError(
    'create_unconfirmed',
    `It is unknown whether ${countOf(keys, 'row')} ran: ${some(keys)}.`,
    {
      hint: `Their runs, if any: jq 'select(.status == "in_doubt")' ${file}\nSend them again: add --retry-in-doubt.`,
    },
  )

function stopped(failure: unknown, { left }: Tally): CliError {
  if (failure instanceof JournalError) return failure
  const { code, message, details } = toCliError(failure)
  // Running out of credit exits like any other limit.
  const exit = failure instanceof ApiError && failure.kind === 'payment' ? { exit: 124 } : {}
  const next = `${left} rows are left. Run the same command again to continue.`
  const hint = details.hint === undefined ? next : `${details.hint}\n${next}`
  return new CliError(code, message, { ...details, ...exit, hint })
}

const tooManyFailed = ({ failedNow, left }: Tally): CliError =>
  new CliError('run_failed', `${failedNow} rows failed, the limit of --max-failures.`, {
    exit: 124,
    hint: `${left} rows were not run. Run the same command again to continue.`,
  })

const someFailed = ({ failed, total }: Tally, file: string): CliError =>
  new CliError('run_failed', `${failed.length} of ${total} rows failed: ${some(failed)}.`, {
    hint: `Why: jq 'select(.failure) | {key, failure}' ${file}\nRun them again: add --retry-failed.`,
  })

const some = (keys: string[]): string =>
  keys.length <= 5 ? keys.join(', ') : `${keys.slice(0, 5).join(', ')} and ${keys.length - 5} more`
