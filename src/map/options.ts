/** The options of `task map`. */
import type { Command } from 'commander'
import { BROWSER_TYPES, ENGINES, EXTENSIONS } from '../api/values.ts'
import type { CreateBrowserSessionRequest, ProxyLocation } from '../api/types.ts'
import { parseSessionMinutes, waitTimeoutOption } from '../options/duration.ts'
import { parseChoice, parseChoices, parseHeaders, parseWhole } from '../options/parse.ts'
import { parseProxy } from '../options/proxy.ts'

export interface MapCommandOptions {
  key: string
  results: string
  sessions: number
  profile?: string
  timeout?: number
  proxy?: ProxyLocation
  extension?: string[]
  browserType?: string
  shard?: string
  retries: number
  retryFailed?: boolean
  retryInDoubt?: boolean
  maxFailures?: number
  waitTimeout: number
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
  return command
    .requiredOption('--key <column>', 'Column that identifies a row')
    .requiredOption('--results <file>', 'Results, and what is needed to go on: one JSON line each')
    .option('--sessions <n>', 'Sessions at once, a row at a time in each', parseWhole(1, 1000), 4)
    .option('--profile <profile>', 'Profile that the sessions start from: bp_… or its name')
    .option('--timeout <minutes>', 'Life of a session: 5 to 1440 minutes', parseSessionMinutes)
    .option('--proxy <place>', 'Proxy of the sessions: US, GB, US-CA, ISP, …', parseProxy)
    .option('--extension <names>', `Install ${EXTENSIONS.join(' or ')}`, parseChoices(EXTENSIONS))
    .option('--browser-type <type>', BROWSER_TYPES.join(', '), parseChoice(BROWSER_TYPES))
    .option('--url <url>', 'Page to start on; values are percent-encoded')
    .option('--schema <json>', 'Schema of the output: JSON, @file or -')
    .option('--engine <engine>', `${ENGINES.slice(0, 3).join(', ')}, …`)
    .option('--title <title>', 'Title of the runs')
    .option('--max-steps <n>', 'Steps of a run at the most', parseWhole(1, 10_000))
    .option('--error-codes <json>', 'Your error codes and what they stand for: JSON, @file or -')
    .option('--extra-http-header <line>', "Sent to the sites visited, 'Name: value'", parseHeaders)
    .option('--model <name>', 'Language model: a name or JSON')
    .option('--shard <part>', 'Do one part of the rows: 2/8, or auto on Slurm, GitLab, CircleCI, …')
    .option('--retries <n>', 'Tries after the first for a row that fails', parseWhole(0, 20), 2)
    .option('--retry-failed', 'Run the rows again that failed')
    .option('--retry-in-doubt', 'Send the rows again of which nobody knows whether they ran')
    .option('--max-failures <n>', 'Stop when so many rows failed', parseWhole(1, 1_000_000))
    .addOption(waitTimeoutOption(30 * 60))
}

/** What the sessions are asked for with; the profile by its id. */
export const sessionRequest = (
  options: MapCommandOptions,
  profile: string | undefined,
): CreateBrowserSessionRequest => ({
  ...(options.timeout !== undefined && { timeout: options.timeout }),
  ...(options.proxy !== undefined && { proxy_location: options.proxy }),
  ...(options.extension && { extensions: options.extension }),
  ...(options.browserType !== undefined && { browser_type: options.browserType }),
  ...(profile !== undefined && { browser_profile_id: profile }),
})
