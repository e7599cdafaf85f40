/** Cookies in the form of Playwright's storage state, in which tools exchange logins. */
import { usageError } from '../errors.ts'
import type { Connection } from './connection.ts'

interface Cookie {
  name: string
  value: string
  domain: string
  path: string
  /** Seconds since 1970; -1 for a session cookie. */
  expires: number
  httpOnly: boolean
  secure: boolean
  sameSite: 'Strict' | 'Lax' | 'None'
}

export interface StorageState {
  cookies: Cookie[]
  /** Local storage; not read or written here. */
  origins: { origin: string }[]
}

export async function readCookies(browser: Connection): Promise<StorageState> {
  const { cookies } = await browser.send('Storage.getCookies')
  return {
    cookies: (cookies as Cookie[]).map(
      ({ name, value, domain, path, expires, httpOnly, secure, sameSite = 'Lax' }) => ({
        name,
        value,
        domain,
        path,
        expires,
        httpOnly,
        secure,
        sameSite,
      }),
    ),
    origins: [],
  }
}

/** Names of the cookies that the browser did not accept: it silently drops expired cookies and those with an invalid domain. */
export async function writeCookies(
  browser: Connection,
  { cookies }: StorageState,
): Promise<string[]> {
  if (cookies.length === 0) return []
  await browser.send('Storage.setCookies', {
    cookies: cookies.map(({ expires, ...cookie }) =>
      // For CDP, a cookie without an expiry is a session cookie.
      expires === undefined || expires < 0 ? cookie : { ...cookie, expires },
    ),
  })
  const kept = new Set((await readCookies(browser)).cookies.map(keyOf))
  return cookies.filter((cookie) => !kept.has(keyOf(cookie))).map(({ name }) => name)
}

const keyOf = ({ name, domain, path = '/' }: Cookie): string =>
  [name, domain.replace(/^\./, '').toLowerCase(), path].join('\n')

/** A storage state, or its list of cookies alone. @throws CliError `usage` that names what is wrong */
export function parseState(value: unknown): StorageState {
  const state = Array.isArray(value) ? { cookies: value as unknown[] } : value
  const { cookies, origins = [] } = (state ?? {}) as { cookies?: unknown; origins?: unknown }
  if (!Array.isArray(cookies)) {
    throw usageError('The storage state has no list of cookies. Its form is {"cookies": […]}.')
  }
  cookies.forEach(checkCookie)
  return { cookies, origins: Array.isArray(origins) ? origins : [] }
}

/** What else a cookie may have. */
const TYPES: Record<string, string> = {
  path: 'string',
  expires: 'number',
  httpOnly: 'boolean',
  secure: 'boolean',
  sameSite: 'string',
}

function checkCookie(value: unknown, index: number): void {
  const cookie = (value ?? {}) as { [name: string]: unknown }
  const missing = ['name', 'value', 'domain'].find((name) => typeof cookie[name] !== 'string')
  if (missing !== undefined) throw usageError(`Cookie ${index + 1} has no ${missing}.`)
  for (const [name, type] of Object.entries(TYPES)) {
    if (cookie[name] === undefined || typeof cookie[name] === type) continue
    throw usageError(`The ${name} of cookie ${index + 1} is not a ${type}.`)
  }
}
