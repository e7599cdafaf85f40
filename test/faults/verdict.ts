/** What is wrong with an outcome, in words; nothing is the goal. */
import { EXIT_OF } from '../../src/errors.ts'
import { KEY } from '../support/api.ts'
import type { MachineError } from '../support/cli.ts'
import { CDP_TOKEN } from './bench.ts'
import type { Outcome } from './bench.ts'
import { ECHOED_SECRET } from './faults.ts'
import type { Fault } from './faults.ts'
import type { Kind } from './kinds.ts'

/** Traces of the libraries and of the program itself. */
const LIBRARY =
  /\n\s+at |node:|node_modules|dist\/|FetchError|TypeError|SyntaxError|AbortError|undici|ofetch|<no response>|\[(GET|POST|PATCH)\]|ERR_|HPE_|\bE[A-Z]{6,}\b|Unexpected token|\[object |undefined|Unexpected:/

export function problemsOf(
  kind: Kind,
  fault: Fault,
  json: boolean,
  { result, taken }: Outcome,
): string[] {
  const problems: string[] = []
  const { code, stdout, stderr } = result
  const expected = kind.exits[fault.bearing]
  if (code !== expected) problems.push(`exit ${code}, not ${expected}`)
  if (taken > kind.mostTaken) problems.push(`the server took it up ${taken} times`)
  const all = stdout + stderr
  for (const secret of [KEY, ECHOED_SECRET]) {
    if (all.includes(secret)) problems.push(`shows ${secret}`)
  }
  // `--json` passes the data of the API through.
  if ((json ? stderr : all).includes(CDP_TOKEN)) problems.push('shows the token of an address')
  // eslint-disable-next-line no-control-regex
  if (/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(all)) problems.push('shows control characters')
  if (expected === 0) return problems

  if (stdout !== '') problems.push('has something on stdout')
  if (LIBRARY.test(stderr)) problems.push(`shows ${LIBRARY.exec(stderr)?.[0]}`)
  const message = json ? machineProblems(stderr, code, problems) : humanProblems(stderr, problems)
  const says = kind.says?.[fault.bearing] ?? fault.says
  if (!says.test(message)) problems.push(`does not say ${says}`)
  return problems.map((problem) => `${problem}\n${stderr}`)
}

function humanProblems(stderr: string, problems: string[]): string {
  const errors = stderr.split('\n').filter((line) => line.startsWith('error: '))
  if (errors.length !== 1) problems.push(`has ${errors.length} error lines`)
  return errors[0] ?? ''
}

function machineProblems(stderr: string, code: number | null, problems: string[]): string {
  const lines = stderr.trimEnd().split('\n')
  const values: Record<string, unknown>[] = lines.map((line) => JSON.parse(line))
  const error = values.at(-1)?.['error'] as MachineError
  if (values.filter((value) => 'error' in value).length !== 1) problems.push('not one error')
  const known: Record<string, number> = EXIT_OF
  // `session exec` has a number of its own for its failures.
  if (known[error.code] !== code && code !== 125) problems.push(`${error.code} is not exit ${code}`)
  if (code === 75 && error.code === 'create_unconfirmed') {
    const possible = error.possible_sessions ?? error.possible_runs ?? []
    if (possible.length !== 1) problems.push('does not name what may have been made')
  }
  return error.message
}
