/** The options of `task map`. */
import type { Command } from 'commander'
import { ENGINES } from '../api/values.ts'
import { waitTimeoutOption } from '../options/duration.ts'
import { parseHeaders, parseWhole } from '../options/parse.ts'
import { addBrowserOptions } from '../sessions/options.ts'
import type { NewSessionOptions } from '../sessions/options.ts'

export interface MapCommandOptions extends NewSessionOptions {
  key: string
  results: string
  sessions: number
  shard?: string
  retries: number
  retryFailed?: boolean
  retryInDoubt?: boolean
  maxFailures?: number
  waitTimeout: number
  /** Start page of each run; the sessions themselves open without a page. */
  url?: string
  engine?: string
  title?: string
  schema?: string
  maxSteps?: number
  errorCodes?: string
  extraHttpHeader?: Record<string, string>
  model?: string
}

export function addMapOptions(command: Command): Command {
  return addBrowserOptions(
    command
      .requiredOption('--key <column>', 'Column that identifies a row')
      .requiredOption(
        '--results <file>',
        'Results file, also used to resume: one JSON object a line',
      )
      .option('--sessions <n>', 'Sessions at once, a row at a time in each', parseWhole(1, 1000), 4)
      .option('--url <url>', 'Page to start on; values are percent-encoded')
      .option('--schema <json>', 'Schema of the output: JSON, @file or -')
      .option('--shard <part>', 'Do one part of the rows: 2/8, or auto on Slurm, GitLab, …')
      .option('--retries <n>', 'Retries of a row whose run failed', parseWhole(0, 20), 2)
      .option('--retry-failed', 'Run failed rows again')
      .option('--retry-in-doubt', 'Run rows again even if they may have run already')
      .option(
        '--max-failures <n>',
        'Stop when this many rows have failed',
        parseWhole(1, 1_000_000),
      )
      .addOption(waitTimeoutOption(30 * 60))
      .option('--engine <engine>', `${ENGINES.slice(0, 3).join(', ')}, …`)
      .option('--title <title>', 'Title of the runs')
      .option('--max-steps <n>', 'Maximum number of steps of a run', parseWhole(1, 10_000))
      .option('--error-codes <json>', 'Your error codes and their meanings: JSON, @file or -')
      .option(
        '--extra-http-header <line>',
        "Sent to the sites visited, 'Name: value'",
        parseHeaders,
      )
      .option('--model <name>', 'Language model: a name or JSON'),
  )
}
