/** Browser profiles, one function an endpoint, named as in the official TypeScript SDK. */
import { request } from './client.ts'
import type { Client, RequestOptions } from './client.ts'
import { segment } from './path.ts'
import type {
  BrowserProfile,
  BrowserProfileUsage,
  CreateBrowserProfileRequest,
  UpdateBrowserProfileRequest,
} from './types.ts'

const ROOT = '/v1/browser_profiles'
const PROFILE = { id: 'browser_profile_id' }

/**
 * Makes a profile from a session that has ended and was set to save one, or an empty one. A repeat after a lost answer
 * meets 409, because names are unique. 400 texts: see `lifecycle/profile.ts`.
 */
export const createBrowserProfile = (
  client: Client,
  body: CreateBrowserProfileRequest,
  options?: RequestOptions,
): Promise<BrowserProfile> =>
  request(client, { method: 'POST', path: ROOT, body, repeat: 'unsent', expect: PROFILE }, options)

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
): Promise<BrowserProfile[]> =>
  request(
    client,
    { method: 'GET', path: ROOT, query: { ...query }, repeat: 'safe', expect: 'array' },
    options,
  )

export const getBrowserProfile = (
  client: Client,
  profileId: string,
  options?: RequestOptions,
): Promise<BrowserProfile> =>
  request(
    client,
    { method: 'GET', path: `${ROOT}/${segment(profileId)}`, repeat: 'safe', expect: PROFILE },
    options,
  )

export const updateBrowserProfile = (
  client: Client,
  profileId: string,
  body: UpdateBrowserProfileRequest,
  options?: RequestOptions,
): Promise<BrowserProfile> =>
  request(
    client,
    {
      method: 'PATCH',
      path: `${ROOT}/${segment(profileId)}`,
      body,
      repeat: 'unsent',
      expect: PROFILE,
    },
    options,
  )

/** Who would miss it: agents and credentials that name it. */
export const getBrowserProfileUsage = (
  client: Client,
  profileId: string,
  options?: RequestOptions,
): Promise<BrowserProfileUsage> =>
  request(
    client,
    { method: 'GET', path: `${ROOT}/${segment(profileId)}/usage`, repeat: 'safe', expect: 'json' },
    options,
  )

/** 204; a second time 404. */
export const deleteBrowserProfile = (
  client: Client,
  profileId: string,
  options?: RequestOptions,
): Promise<void> =>
  request(
    client,
    {
      method: 'DELETE',
      path: `${ROOT}/${segment(profileId)}`,
      repeat: 'unsent',
      expect: 'nothing',
    },
    options,
  )
