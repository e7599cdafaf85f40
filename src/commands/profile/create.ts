/** `profile create`: creates a profile from a session or a run, or an empty one. */
import { Option } from 'commander'
import type { Command } from 'commander'
import { getBrowserSession } from '../../api/endpoints.ts'
import type { Client } from '../../http/request.ts'
import type { CreateBrowserProfileRequest, ProxyLocation } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { CliError } from '../../errors.ts'
import { createProfile } from '../../sessions/profile.ts'
import { hasEnded } from '../../sessions/state.ts'
import { parsePrefixed, parseProfileName } from '../../options/names.ts'
import { waitTimeoutOption } from '../../options/duration.ts'
import { parseManagedProxy } from '../../options/proxy.ts'

interface CreateOptions {
  fromSession?: string
  fromRun?: string
  description?: string
  proxy?: ProxyLocation
  proxySessionId?: string
  waitTimeout: number
}

export function define(command: Command, context: Context): void {
  command
    .argument('<name>', 'A name that is not taken', parseProfileName)
    .option('--from-session <session>', 'A closed session that was set to save its profile')
    .addOption(
      new Option('--from-run <run>', 'A run of an agent that keeps its browser')
        .argParser(parsePrefixed('wr_'))
        .conflicts('fromSession'),
    )
    .option('--description <text>', 'What it is for')
    .option('--proxy <place>', 'Pin a proxy: US, GB, US-CA, ISP, …', parseManagedProxy)
    .option('--proxy-session-id <id>', 'Keep the same ISP address')
    .addOption(waitTimeoutOption(60))
    .action((name: string, options: CreateOptions) => create(context, name, options))
}

async function create(context: Context, name: string, options: CreateOptions): Promise<void> {
  const { output } = context
  const { fromSession } = options
  const sessionId = fromSession === undefined ? undefined : context.sessionId(fromSession)
  const client = await context.client()
  if (sessionId && !client.dryRun) await requireEnded(client, sessionId, name)
  const body: CreateBrowserProfileRequest = {
    name,
    description: options.description,
    browser_session_id: sessionId,
    workflow_run_id: options.fromRun,
    proxy_location: options.proxy,
    proxy_session_id: options.proxySessionId,
  }
  const progress = output.progress(`Creating the profile ${name}`)
  const profile = await createProfile(client, body, {
    waitSeconds: options.waitTimeout,
    request: context.requestOptions(),
  }).finally(() => progress.stop())
  output.done(`Profile "${profile.name}" created`)
  output.result(profile, profile.browser_profile_id)
}

/** For an open session, the server answers as for one whose archive is still being uploaded. */
async function requireEnded(client: Client, sessionId: string, name: string): Promise<void> {
  if (hasEnded(await getBrowserSession(client, sessionId))) return
  throw new CliError('conflict', `Session ${sessionId} is open: its profile is saved at its end.`, {
    sessionId,
    hint: `Close and save it: \`skyvern session close ${sessionId} --save-profile "${name}"\``,
  })
}
