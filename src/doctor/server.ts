/** Checks that need the server: whether it answers, its version, the key, the clocks, and sessions left open. */
import { baseUrlOf, KEY_PAGE } from '../http/base-url.ts'
import { getBrowserSessions, getOrganization } from '../api/endpoints.ts'
import { request } from '../http/request.ts'
import { createClient } from '../http/client.ts'
import type { Client } from '../http/request.ts'
import type { Context } from '../context.ts'
import { CliError, toCliError } from '../errors.ts'
import { cleanLine } from '../output/clean.ts'
import { maskKey } from '../output/mask.ts'
import type { Finding } from './finding.ts'

type Answer = Omit<Finding, 'check'>

interface ServerFindings {
  findings: Finding[]
  /** The failure of the first check that failed. */
  error?: CliError
}

/** Seconds. With a larger difference of the clocks, ages and ends would be wrong. */
const CLOCK_LIMIT = 60

const CHECKS: Record<string, (client: Client, context: Context) => Promise<Answer>> = {
  reachable: checkReachable,
  version: checkVersion,
  clock: checkClock,
  key: checkKey,
  account: checkAccount,
  sessions: checkLedger,
}

/** Each check depends on those before it, so the first failure is the last row. */
export async function checkServer(context: Context): Promise<ServerFindings> {
  const findings: Finding[] = []
  let failing = 'server'
  try {
    const { client, detail } = await findServer(context)
    findings.push({ check: failing, status: 'ok', detail })
    if (!client) return { findings }
    for (const [name, check] of Object.entries(CHECKS)) {
      failing = name
      findings.push({ check: name, ...(await check(client, context)) })
    }
    return { findings }
  } catch (thrown) {
    const error = toCliError(thrown)
    const { hint } = error.details
    findings.push({
      check: failing,
      status: 'failed',
      detail: error.message,
      fix: hint?.replaceAll('`', '').replace(/: skyvern doctor$/, ''),
    })
    return { findings, error }
  }
}

/** Where requests go, and why. Without a client if the embedded backend is not running. */
async function findServer(context: Context): Promise<{ client?: Client; detail: string }> {
  const { settings } = context
  const local = settings.local()
  // Short limits, unless options say otherwise.
  const { timeoutInSeconds = 10, maxRetries = 0, ...rest } = await context.transport()
  const how = { ...rest, timeoutInSeconds, maxRetries }
  if (local.value) {
    const { findBackend } = await import('../local/door.ts')
    const running = await findBackend(context.localFolder())
    if (!running) return { detail: `the embedded backend (${local.source}) starts when needed` }
    const { baseUrl, apiKey } = running
    return {
      client: createClient({ baseUrl, apiKey, ...how }),
      detail: `${baseUrl} (${local.source})`,
    }
  }
  const { value, source } = settings.baseUrl()
  const url = baseUrlOf(value)
  if (url.hostname.startsWith('app.')) {
    throw new CliError('usage', `${url.host} is the web page, not the API.`, {
      hint: `Set the base URL to ${url.protocol}//${url.host.replace(/^app\./, 'api.')}`,
    })
  }
  const key = settings.apiKey()
  const client = createClient({ baseUrl: value, apiKey: key?.value, ...how })
  return { client, detail: `${url.href.replace(/\/$/, '')} (${source})` }
}

async function checkKey({ apiKey }: Client, { settings }: Context): Promise<Answer> {
  const source = settings.local().value ? 'of the embedded backend' : settings.apiKey()?.source
  if (!apiKey || !source) {
    throw new CliError('auth_missing', 'No API key for this server.', {
      hint: `get one at ${KEY_PAGE}, then: skyvern auth login; without an account: --local`,
    })
  }
  const expired = expiryOf(apiKey)
  if (expired !== undefined && expired < Date.now()) {
    const day = new Date(expired).toISOString().slice(0, 10)
    throw new CliError('auth_rejected', `The API key expired on ${day}.`, {
      hint: `Get a new one at ${KEY_PAGE}, then: skyvern auth login`,
    })
  }
  return { status: 'ok', detail: `${maskKey(apiKey)} (${source})` }
}

/** When the key expires, in milliseconds: keys are JSON web tokens. Undefined for other keys. */
function expiryOf(key: string): number | undefined {
  try {
    const text = Buffer.from(key.split('.')[1] ?? '', 'base64url').toString()
    const claims = JSON.parse(text) as { exp?: unknown }
    return typeof claims.exp === 'number' ? claims.exp * 1000 : undefined
  } catch {
    return undefined
  }
}

async function checkReachable(client: Client): Promise<Answer> {
  const started = Date.now()
  await request(client, {
    method: 'GET',
    path: '/api/v1/heartbeat',
    repeat: 'safe',
    expect: 'text',
  })
  return { status: 'ok', detail: `${Date.now() - started} ms` }
}

async function checkVersion(client: Client): Promise<Answer> {
  const { version } = await getJson(client, '/v1/version')
  const { environment } = await getJson(client, '/v1/config/runtime')
  const place = environment === 'local' ? 'self-hosted' : environment
  const detail = [version, place]
    .filter(Boolean)
    .map((text) => cleanLine(text, 80))
    .join(', ')
  return { status: 'ok', detail: detail || 'not told' }
}

/** Not every deployment has these endpoints, which is fine. */
async function getJson(client: Client, path: string): Promise<Record<string, unknown>> {
  try {
    const call = { method: 'GET', path, repeat: 'safe', expect: 'json' } as const
    return (await request<Record<string, unknown> | null>(client, call)) ?? {}
  } catch (error) {
    if (
      ['not_found', 'bad_response', 'api_error', 'auth_rejected'].includes(toCliError(error).code)
    )
      return {}
    throw error
  }
}

async function checkClock({ clock }: Client): Promise<Answer> {
  const seconds = Math.round(clock.offset / 1000)
  const off = Math.abs(seconds) > CLOCK_LIMIT
  return {
    status: off ? 'warning' : 'ok',
    detail: off
      ? `this machine is ${Math.abs(seconds)} s ${seconds > 0 ? 'behind' : 'ahead of'} the server`
      : 'agrees with the server',
    fix: off ? 'set the clock of this machine' : undefined,
  }
}

async function checkAccount(client: Client): Promise<Answer> {
  const { organization_name: name, organization_id: id } = await getOrganization(client)
  return { status: 'ok', detail: `${cleanLine(name, 80)} (${cleanLine(id, 80)})` }
}

/** Sessions of this machine that are still open, and creates without an answer. */
async function checkLedger(client: Client, context: Context): Promise<Answer> {
  const entries = context.ledger().entries()
  const ids = new Set(entries.flatMap(({ session_id: id }) => id ?? []))
  const lost = entries.filter(({ session_id: id }) => id === undefined).length
  const active = ids.size > 0 ? await getBrowserSessions(client) : []
  const open = active.filter(({ browser_session_id: id }) => ids.has(id)).length
  const told = [
    open > 0 && `${open} open ${open > 1 ? 'sessions' : 'session'} of this machine`,
    lost > 0 && `${lost} ${lost > 1 ? 'creates' : 'create'} without an answer`,
  ].filter(Boolean)
  return {
    status: lost > 0 ? 'warning' : 'ok',
    detail: told.join(', ') || 'none of this machine is open',
    fix:
      lost > 0
        ? 'skyvern session list'
        : open > 0
          ? 'when they are done with: skyvern session close --mine'
          : undefined,
  }
}
