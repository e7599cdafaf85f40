/** Several things were asked for and some failed: all are told, and the gravest decides the exit status. */
import { toCliError } from '../errors.ts'
import type { Output } from './output.ts'
import { report } from './report.ts'

/** Does nothing without failures. What may still bill counts most. */
export function throwGravest(output: Output, failures: unknown[]): void {
  if (failures.length === 1) throw failures[0]
  const [gravest, ...others] = failures.map(toCliError).sort((a, b) => b.exit - a.exit)
  for (const error of others) report(error, output)
  if (gravest) throw gravest
}
