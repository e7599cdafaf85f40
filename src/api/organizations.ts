/** The organization behind a key: the cheapest call that proves one. It lives under the older prefix alone. */
import { request } from './client.ts'
import type { Client, RequestOptions } from './client.ts'
import type { Organization } from './types.ts'

export const getOrganization = (client: Client, options?: RequestOptions): Promise<Organization> =>
  request(
    client,
    {
      method: 'GET',
      path: '/api/v1/organizations/me',
      repeat: 'safe',
      expect: { id: 'organization_id' },
    },
    options,
  )
