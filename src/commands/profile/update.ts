/** `profile update`: changes the name, description or proxy. */
import type { Command } from 'commander'
import { updateBrowserProfile } from '../../api/endpoints.ts'
import type { ProxyLocation, UpdateBrowserProfileRequest } from '../../api/types.ts'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { parseProfileName } from '../../options/names.ts'
import { profileIdOf } from '../../sessions/profile.ts'
import { runWrite } from '../recipes.ts'
import { parseManagedProxy } from '../../options/proxy.ts'

interface UpdateOptions {
  name?: string
  description?: string
  /** False for --no-proxy. */
  proxy?: ProxyLocation | false
  proxySessionId?: string
  rotateProxySessionId?: boolean
}

export function define(command: Command, context: Context): void {
  command
    .argument('<profile>', 'Id or name')
    .option('--name <name>', 'Another name', parseProfileName)
    .option('--description <text>', 'What it is for')
    .option('--proxy <place>', 'Pin a proxy: US, GB, US-CA, ISP, …', parseManagedProxy)
    .option('--no-proxy', 'Pin no proxy')
    .option('--proxy-session-id <id>', 'Keep the same ISP address')
    .option('--rotate-proxy-session-id', 'Take another ISP address; pins an ISP proxy')
    .action((given: string, options: UpdateOptions) => update(context, given, options))
}

async function update(context: Context, given: string, options: UpdateOptions): Promise<void> {
  const body: UpdateBrowserProfileRequest = {
    name: options.name,
    description: options.description,
    proxy_location: options.proxy === false ? null : options.proxy,
    proxy_session_id: options.proxySessionId,
    rotate_proxy_session_id: options.rotateProxySessionId,
  }
  if (
    Object.values({ ...body, ...context.requestOptions().bodyParams }).every(
      (value) => value === undefined,
    )
  ) {
    throw usageError('Nothing to change.', 'For example: --name, --description or --proxy')
  }
  await runWrite(
    context,
    async (client, request) =>
      updateBrowserProfile(client, await profileIdOf(client, given), body, request),
    {
      done: ({ name }) => `Profile "${name}" updated`,
      text: ({ browser_profile_id: id }) => id,
    },
  )
}
