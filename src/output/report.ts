/** Reports a failure: what happened, why, and what to do next. Only this file does. */
import type { PlannedRequest } from '../http/request.ts'
import { afterMaking, EXIT_OF, toCliError } from '../errors.ts'
import type { CliError } from '../errors.ts'
import { cleanBlock, cleanMessage } from './clean.ts'
import { stringify, zoned } from './json.ts'
import { maskRequest } from './mask.ts'
import type { Output } from './output.ts'
import { wrapWords } from './wrap.ts'

const IN_DOUBT = EXIT_OF.create_unconfirmed

/** Prints the error to stderr and returns the exit status. */
export function report(thrown: unknown, output: Output, debug = false): number {
  const { made } = output
  const error = made?.open ? afterMaking(toCliError(thrown), made) : toCliError(thrown)
  if (debug && thrown instanceof Error) output.debug(thrown.stack ?? thrown.message)
  output.writeError(output.mode.json ? machineError(error) : humanError(error, output))
  return error.exit
}

const PREFIX = 'error:'

/** Wraps the message on a terminal. Commands to copy are in the hint, which is not wrapped. */
function fit(message: string, { terminal }: Output): string {
  const { columns } = terminal.stderr
  if (!columns) return message
  const wrapped = wrapWords(`${PREFIX} ${message}`, columns - 2)
  return wrapped.join('\n  ').slice(PREFIX.length + 1)
}

function humanError(error: CliError, output: Output): string {
  const { hint } = error.details
  const message = cleanMessage(error.message)
  const lines = [`${output.palette.stderr.error(PREFIX)} ${fit(message, output)}`]
  if (hint) lines.push(cleanBlock(hint))
  return lines.join('\n')
}

/** One object on one line, the last line of stderr. */
function machineError(error: CliError): string {
  const { details } = error
  return stringify(
    {
      error: {
        code: error.code,
        message: error.message,
        hint: details.hint ?? null,
        http_status: details.httpStatus ?? null,
        // Users must check what may still bill, or may have happened, before they try again.
        retryable: error.exit !== IN_DOUBT && (details.retryable ?? false),
        session_id: details.sessionId ?? null,
        run_id: details.runId ?? null,
        run: zoned(details.run),
        possible_sessions: details.possible?.sessions,
        possible_runs: details.possible?.runs,
      },
    },
    false,
  )
}

/** The requests of a dry run, secrets masked: one array under `--json`, else one after the other. */
export function printPlanned(requests: PlannedRequest[], output: Output): void {
  const pretty = output.terminal.interactive
  const shown = requests.map((request) => maskRequest(request))
  if (output.mode.json) output.write(stringify(shown, pretty))
  else for (const request of shown) output.write(stringify(request, pretty))
}

/** Reports all failures except the gravest, which it throws. What may still bill is the gravest. */
export function throwGravest(output: Output, failures: unknown[]): void {
  if (failures.length === 1) throw failures[0]
  const [gravest, ...others] = failures.map(toCliError).sort((a, b) => gravityOf(b) - gravityOf(a))
  for (const error of others) report(error, output)
  if (gravest) throw gravest
}

const MAY_BILL = 75

const gravityOf = ({ exit }: CliError): number => (exit === MAY_BILL ? 1000 : exit)
