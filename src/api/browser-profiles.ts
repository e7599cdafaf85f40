/** Browser profiles, one function an endpoint, named as in the official TypeScript SDK. */
import { read, request } from './client.ts'
import type { Client, RequestOptions } from './client.ts'
import { segment } from '../http/id.ts'
import type * as Types from './types.ts'

type Profile = Types.BrowserProfile

const ROOT = '/v1/browser_profiles'
const expect = { id: 'browser_profile_id' }
const pathOf = (profileId: string): string => `${ROOT}/${segment(profileId)}`

/**
 * Makes a profile from a session that has ended and was set to save one, or an empty one. A repeat after a lost answer
 * meets 409, because names are unique. 400 texts: see `sessions/profile.ts`.
 */
export const createBrowserProfile = (
  client: Client,
  body: Types.CreateBrowserProfileRequest,
  options?: RequestOptions,
): Promise<Profile> =>
  request(client, { method: 'POST', path: ROOT, body, repeat: 'unsent', expect }, options)

export interface ListBrowserProfilesQuery {
  page?: number
  page_size?: number
  /** Part of a name or description. */
  search_key?: string
}

/** Newest first. */
export const listBrowserProfiles = (
  client: Client,
  query: ListBrowserProfilesQuery = {},
  options?: RequestOptions,
) => read<Profile[]>(client, { path: ROOT, query: { ...query }, expect: 'array' }, options)

export const getBrowserProfile = (client: Client, profileId: string, options?: RequestOptions) =>
  read<Profile>(client, { path: pathOf(profileId), expect }, options)

export const updateBrowserProfile = (
  client: Client,
  profileId: string,
  body: Types.UpdateBrowserProfileRequest,
  options?: RequestOptions,
): Promise<Profile> => {
  const path = pathOf(profileId)
  return request(client, { method: 'PATCH', path, body, repeat: 'unsent', expect }, options)
}

/** Who would miss it: agents and credentials that name it. */
export const getBrowserProfileUsage = (
  client: Client,
  profileId: string,
  options?: RequestOptions,
) => {
  const path = `${pathOf(profileId)}/usage`
  return read<Types.BrowserProfileUsage>(client, { path, expect: 'json' }, options)
}

/** 204; a second time 404. */
export const deleteBrowserProfile = (
  client: Client,
  profileId: string,
  options?: RequestOptions,
): Promise<void> => {
  const call = { path: pathOf(profileId), repeat: 'unsent', expect: 'nothing' } as const
  return request(client, { method: 'DELETE', ...call }, options)
}
