/** The organization behind a key: the cheapest call that proves one. It lives under the older prefix alone. */
import { read } from './client.ts'
import type { Client, RequestOptions } from './client.ts'
import type { Organization } from './types.ts'

const ME = { path: '/api/v1/organizations/me', expect: { id: 'organization_id' } }

export const getOrganization = (client: Client, options?: RequestOptions) =>
  read<Organization>(client, ME, options)
