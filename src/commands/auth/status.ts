/** `auth status`: the key in use, its source, its server, and whether the server accepts it. */
import type { Command } from 'commander'
import { getOrganization } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { maskKey } from '../../output/mask.ts'

export function define(command: Command, context: Context): void {
  command.action(async () => {
    const { settings } = context
    const local = settings.local()
    const client = await context.client()
    const key = local.value ? undefined : settings.apiKey()
    const organization = await getOrganization(client, context.requestOptions())
    const status = {
      base_url: client.baseUrl,
      base_url_source: local.value ? local.source : settings.baseUrl().source,
      api_key: key ? maskKey(key.value) : 'of the embedded backend',
      api_key_source: key?.source ?? local.source,
      organization_id: organization.organization_id,
      organization_name: organization.organization_name,
    }
    await context.output.details(status, [
      ['server', `${status.base_url} (${status.base_url_source})`],
      ['key', `${status.api_key} (${status.api_key_source})`],
      ['organization', `${status.organization_name} (${status.organization_id})`],
    ])
  })
}
