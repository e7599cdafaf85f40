/** The options of commands that make a run, and the request fields of `task run`. */
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { ENGINES } from '../api/values.ts'
import type { ProxyLocation, RunTaskRequest } from '../api/types.ts'
import { hidden, parseChoice, parseHeaders, parseWhole } from '../options/parse.ts'
import { parsePrefixed } from '../options/names.ts'
import { retryForOption, waitTimeoutOption } from '../options/duration.ts'
import { parseProxy } from '../options/proxy.ts'
import { readJsonOption, readStringMap } from '../options/text.ts'

export type OnInterrupt = 'detach' | 'cancel'

/** Which session a run uses, and how to wait for the run. */
export interface RunOptions {
  /** False for --no-session. */
  session?: string | false
  browserSessionId?: string
  profile?: string
  browserProfileId?: string
  wait: boolean
  waitTimeout: number
  whenIdle?: boolean
  onInterrupt: OnInterrupt
  downloadDir?: string
}

export interface TaskOptions extends RunOptions {
  prompt?: string
  url?: string
  engine?: string
  title?: string
  schema?: string
  maxSteps?: number
  errorCodes?: string
  file?: string[]
  webhookUrl?: string
  totpIdentifier?: string
  totpUrl?: string
  proxy?: ProxyLocation
  proxyLocation?: ProxyLocation
  extraHttpHeader?: Record<string, string>
  model?: string
  maxScreenshotScrolls?: number
  runWith?: string
}

/** Checked here, because the server accepts any value. */
const RUN_WITH = ['agent', 'code'] as const

/** Seconds. */
const DEFAULT_WAIT = 30 * 60

/** Otherwise the last one would silently win, and a run in a fresh browser is not logged in. */
const refuseBoth = (command: Command): never =>
  command.error('--no-session and --session exclude each other.')

/** The options of every command that makes a run. */
export function addRunOptions(command: Command): Command {
  // Registered before the option, whose own listener removes the session.
  command.on('option:no-session', () => {
    if (command.getOptionValue('session')) refuseBoth(command)
  })
  return command
    .option(
      '--session <session>',
      'Id or name of the session; the current one without it',
      (id: string, before?: string | false) => (before === false ? refuseBoth(command) : id),
    )
    .option('--no-session', 'Run in a fresh browser')
    .option('--profile <profile>', 'Profile of a fresh browser: bp_… or its name')
    .option('--no-wait', 'Print the run id and return')
    .addOption(waitTimeoutOption(DEFAULT_WAIT))
    .addOption(retryForOption())
    .option('--download-dir <folder>', 'Save what the run downloads')
    .option('--when-idle', 'Wait for a busy session to be free, then submit')
    .addOption(
      new Option('--on-interrupt <what>', 'What Ctrl-C does to the run')
        .choices(['detach', 'cancel'])
        .default('detach'),
    )
    .addOption(new Option('--wait').hideHelp())
    .addOption(hidden('--browser-profile-id <id>', parsePrefixed('bp_'), 'profile'))
    .addOption(hidden('--browser-session-id <id>', parsePrefixed('pbs_'), 'session'))
}

export const fileOption = (): Option =>
  new Option('--file <path>', 'Upload a file for the run; repeatable').argParser(
    (path: string, before: string[] = []) => [...before, path],
  )

export function addTaskOptions(command: Command): Command {
  return addRunOptions(
    command
      .option('--prompt <text>', 'The prompt, as an option')
      .option('--url <url>', 'Page to start on')
      .option('--engine <engine>', `${ENGINES.slice(0, 3).join(', ')}, …`)
      .option('--title <title>', 'Title of the run')
      .option('--schema <json>', 'Schema of the output: JSON, @file or -')
      .option('--max-steps <n>', 'Maximum number of steps', parseWhole(1, 10_000))
      .option('--error-codes <json>', 'Your error codes and their meanings: JSON, @file or -')
      .addOption(fileOption())
      .option('--webhook-url <url>', 'Called when the run ends', parseUrl)
      .option('--totp-identifier <id>', 'Where one-time codes are looked up')
      .option('--totp-url <url>', 'Where one-time codes come from', parseUrl)
      .option('--proxy <place>', 'Proxy of a fresh browser; a session keeps its own', parseProxy)
      .option(
        '--extra-http-header <line>',
        "Sent to the sites visited, 'Name: value'",
        parseHeaders,
      )
      .option('--model <name>', 'Language model: a name or JSON')
      .option('--max-screenshot-scrolls <n>', 'Scrolls for each screenshot', parseWhole(0, 1000))
      .option('--run-with <how>', 'agent or code', parseChoice(RUN_WITH))
      .addOption(hidden('--proxy-location <place>', parseProxy, 'proxy')),
  )
}

export function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:/i.test(text)) return text
  throw new InvalidArgumentError('It takes an http(s) URL.')
}

/** The request without prompt, engine, session and profile, which need more than their options. */
export function taskRequest(options: TaskOptions): Partial<RunTaskRequest> {
  const { schema, errorCodes, model } = options
  return {
    url: options.url,
    title: options.title,
    data_extraction_schema: schema === undefined ? undefined : readJsonOption(schema, '--schema'),
    error_code_mapping:
      errorCodes === undefined ? undefined : readStringMap(errorCodes, '--error-codes'),
    max_steps: options.maxSteps,
    webhook_url: options.webhookUrl,
    totp_identifier: options.totpIdentifier,
    totp_url: options.totpUrl,
    proxy_location: options.proxy ?? options.proxyLocation,
    extra_http_headers: options.extraHttpHeader,
    model: model === undefined ? undefined : modelOf(model),
    max_screenshot_scrolls: options.maxScreenshotScrolls,
    run_with: options.runWith,
  }
}

function modelOf(given: string): NonNullable<RunTaskRequest['model']> {
  if (!given.startsWith('{')) return { model_name: given }
  return readJsonOption(given, '--model') as NonNullable<RunTaskRequest['model']>
}
