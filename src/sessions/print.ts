/** How `create` and `ensure` hand a session to a script: the id, lines for a shell, or outputs of a GitHub Actions step. */
import type { Command } from 'commander'
import type { BrowserSession } from '../api/types.ts'
import type { Context } from '../context.ts'
import type { Client } from '../http/request.ts'
import { usageError } from '../errors.ts'
import { appendPairs, exportLines, githubFiles, maskCommand } from '../output/scripts.ts'
import { parseChoice } from '../options/parse.ts'

export interface PrintOptions {
  format?: 'id' | 'env'
  showSecrets?: boolean
  github?: boolean
}

export function addPrintOptions(command: Command): Command {
  return command
    .option(
      '--format <form>',
      'id, or env: lines for eval and source',
      parseChoice(['id', 'env'] as const),
    )
    .option('--show-secrets', 'Add the CDP address, which is enough to drive the browser')
    .option('--github', 'Set outputs and variables of the GitHub Actions job too')
}

/** Checks the options before anything is billed. @throws CliError `usage` */
export function checkPrintOptions(
  { env, globals }: Context,
  { format, github }: PrintOptions,
): void {
  if (format && (globals.json || globals.fields)) {
    throw usageError('--format excludes --json and --fields.')
  }
  if (github) githubFiles(env)
}

export function printSession(
  context: Context,
  client: Client,
  session: BrowserSession,
  options: PrintOptions,
): void {
  const { SKYVERN_CDP_URL: address, ...plain } = sessionVariables(session)
  const variables = options.showSecrets && address ? { ...plain, SKYVERN_CDP_URL: address } : plain
  const { browser_session_id: id } = session
  // Which fields exist is known only when they are printed.
  context.output.made ??= { sessionId: id, open: true }
  if (options.github) tellGithub(context, variables)
  if (options.format === 'env') {
    const server = serverVariables(context, client)
    // A cloud key gives access to the whole account, and a shell passes it to every program that it starts.
    if (!server.SKYVERN_LOCAL) delete server.SKYVERN_API_KEY
    return context.output.write(exportLines({ ...variables, ...server }))
  }
  context.output.result(session, id)
}

/** Never fails, because the session already costs money. */
function tellGithub({ env, output, warn }: Context, variables: Variables): void {
  const { SKYVERN_SESSION_ID: id = '', SKYVERN_APP_URL: url, SKYVERN_CDP_URL: address } = variables
  try {
    const files = githubFiles(env)
    if (address) output.writeError(maskCommand(address))
    appendPairs(files.output, { session_id: id, app_url: url })
    appendPairs(files.env, variables)
  } catch (error) {
    warn(
      `The outputs of the GitHub Actions step could not be written for ${id}: ${error instanceof Error ? error.message : error}`,
    )
  }
}

export type Variables = Record<string, string | undefined>

/** `SKYVERN_CDP_URL` is a secret. It is missing until the browser is ready. */
export function sessionVariables(session: BrowserSession): Variables {
  const { browser_session_id: id, app_url: appUrl, browser_address: address } = session
  return {
    SKYVERN_SESSION_ID: id,
    SKYVERN_APP_URL: appUrl || undefined,
    SKYVERN_CDP_URL: address || undefined,
  }
}

/** The server that a session is on, with the key that belongs to it: for this tool, and for every official client. */
export function serverVariables({ settings }: Context, { baseUrl, apiKey }: Client): Variables {
  return {
    SKYVERN_BASE_URL: baseUrl,
    SKYVERN_API_KEY: apiKey,
    // This tool stores sessions of the embedded backend under `local`, because its port changes.
    SKYVERN_LOCAL: settings.local().value ? '1' : undefined,
  }
}
