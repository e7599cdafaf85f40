/** How `session exec` ends: as the command did, or with a status that shows that the tool itself failed. */
import os from 'node:os'
import { DryRun } from '../http/errors.ts'
import { codeOf } from '../system/files.ts'
import { CliError, ExitStatus, toCliError } from '../errors.ts'
import { Interrupted, SIGNALS } from '../interrupts.ts'
import type { ChildEnd } from './child.ts'
import type { ExecEnd } from './exec.ts'
import { notExecutable, commandNotFound } from './executable.ts'

const OWN_FAILURE = 125

/** What to throw, and what else to report. A close in doubt is thrown only if everything else succeeded. */
export function outcomeOf(end: ExecEnd): { thrown?: unknown; reported?: CliError } {
  const { child, signal, failure, closeFailure } = end
  const thrown = signal
    ? new Interrupted(signal)
    : failure === undefined
      ? child && statusOf(child)
      : asOwnFailure(failure)
  if (thrown === undefined) return { thrown: closeFailure }
  return { thrown, reported: closeFailure }
}

/** Undefined for success. */
function statusOf({ code, signal }: ChildEnd): ExitStatus | Interrupted | undefined {
  const own = SIGNALS.find((name) => name === signal)
  if (own) return new Interrupted(own)
  if (signal) return new ExitStatus(128 + os.constants.signals[signal])
  return code ? new ExitStatus(code) : undefined
}

/** The same failure, with an exit status that cannot be mistaken for the command's. */
export function asOwnFailure(error: unknown): unknown {
  if (error instanceof DryRun || error instanceof Interrupted) return error
  const code = isSpawnFailure(error) ? codeOf(error) : ''
  if (code === 'ENOENT') return commandNotFound('The command, or the interpreter of the script')
  if (code === 'EACCES' || code === 'ENOEXEC') return notExecutable('The command')
  const failure = toCliError(error)
  const { exit } = failure.details
  const meansMore = ['usage', 'create_unconfirmed', 'close_unconfirmed'].includes(failure.code)
  if (exit !== undefined || meansMore) return failure
  return new CliError(failure.code, failure.message, { ...failure.details, exit: OWN_FAILURE })
}

const isSpawnFailure = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && String(error.syscall).startsWith('spawn')
