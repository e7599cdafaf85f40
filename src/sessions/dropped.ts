/**
 * Options that a server accepts but does not apply. Each case is a row of one table. It causes a warning before anything
 * is sent, or an error with `--strict`.
 */
import type { Client } from '../http/request.ts'
import type { CreateBrowserSessionRequest, RunTaskRequest } from '../api/types.ts'
import type { Context } from '../context.ts'
import { usageError } from '../errors.ts'
import { serverOf } from './self-hosted.ts'
import type { Server } from './self-hosted.ts'

type Fields = Omit<RunTaskRequest, 'prompt'> & CreateBrowserSessionRequest

interface Row {
  option: string
  field: keyof Fields
  /** The object that it is an option of. */
  of: 'session' | 'run'
  /** Whether the server drops it from this request. */
  when: (request: Fields, server: Server) => boolean
  /** Why: the rest of a sentence that begins with the option, without its full stop. */
  why: string
}

const inSession = (request: Fields): boolean => request.browser_session_id !== undefined
const isSelfHosted = (_: Fields, server: Server): boolean => server === 'self-hosted'
const isOwnProxy = ({ proxy_location: proxy }: Fields): boolean =>
  typeof proxy === 'object' && proxy !== null && 'url' in proxy

const NETWORK = 'has no effect: a self-hosted server uses the network of its machine'

/** Measured on server 1.0.56. The embedded backend names ignored fields in its own answers. */
const TABLE: Row[] = [
  { option: '--proxy', field: 'proxy_location', of: 'session', when: isSelfHosted, why: NETWORK },
  {
    option: '--proxy',
    field: 'proxy_location',
    of: 'session',
    when: (request, server) => server === 'cloud' && isOwnProxy(request),
    why: 'with an address of your own is for self-hosted servers: Skyvern Cloud may ignore or refuse it',
  },
  {
    option: '--proxy-session-id',
    field: 'proxy_session_id',
    of: 'session',
    when: isSelfHosted,
    why: NETWORK,
  },
  {
    option: '--live-view',
    field: 'needs_live_view',
    of: 'session',
    when: isSelfHosted,
    why: 'has no effect: a self-hosted server sets its live view in its configuration',
  },
  {
    option: '--extension',
    field: 'extensions',
    of: 'session',
    when: isSelfHosted,
    why: 'has no effect: a self-hosted server starts its browsers without extensions',
  },
  {
    option: '--browser-type',
    field: 'browser_type',
    of: 'session',
    when: isSelfHosted,
    why: 'has no effect: a self-hosted server has one browser, set by its BROWSER_TYPE',
  },
  {
    option: '--proxy',
    field: 'proxy_location',
    of: 'run',
    when: inSession,
    why: 'is for a fresh browser (--no-session): a session keeps its own',
  },
  {
    option: '--proxy',
    field: 'proxy_location',
    of: 'run',
    when: (request, server) => server === 'self-hosted' && !inSession(request),
    why: NETWORK,
  },
  {
    option: '--proxy',
    field: 'proxy_location',
    of: 'run',
    when: (request, server) => server === 'cloud' && !inSession(request) && isOwnProxy(request),
    why: 'with an address of your own is for self-hosted servers: Skyvern Cloud may ignore or refuse it',
  },
  {
    option: '--profile',
    field: 'browser_profile_id',
    of: 'run',
    when: inSession,
    why: 'is for a fresh browser (--no-session): a session keeps its own',
  },
  {
    option: '--extra-http-header',
    field: 'extra_http_headers',
    of: 'run',
    when: (request, server) => server !== 'embedded' && inSession(request),
    why: 'is for a fresh browser (--no-session): the browser of a session sends its own headers',
  },
  {
    option: '--title',
    field: 'title',
    of: 'run',
    when: ({ engine }, server) => server !== 'embedded' && engine === 'skyvern-2.0',
    why: 'has no effect: skyvern-2.0 generates the titles of its runs',
  },
  {
    option: '--run-with',
    field: 'run_with',
    of: 'run',
    when: ({ engine }, server) => server !== 'embedded' && engine !== 'skyvern-2.0',
    why: 'has no effect: only skyvern-2.0 supports it',
  },
]

/**
 * Warns about what the server would drop of a request.
 * @throws CliError `usage` with `--strict`
 */
export async function checkDropped(
  context: Context,
  client: Client,
  of: Row['of'],
  request: Fields,
): Promise<void> {
  const asked = TABLE.filter((row) => row.of === of && request[row.field] !== undefined)
  if (asked.length === 0) return
  const server = await serverOf(client, context.settings.local().value)
  for (const { option, why } of asked.filter(({ when }) => when(request, server))) {
    if (context.globals.strict) throw usageError(`${option} ${why} (--strict).`)
    context.warn(`${option} ${why}.`)
  }
}
