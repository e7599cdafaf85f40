/** Keeps a password on its sites, whatever forms, redirects and scripts of the page do. */
import type { CDPSession, Page, Request, Route } from 'playwright-core'
import { Refusal } from '../refusal.ts'
import { masker } from '../sentence/secrets.ts'
import { isSameSite, originOf } from './sites.ts'
import { pageOf } from './watch.ts'

export interface Guard {
  /** Throws a Refusal unless this address may receive a password. */
  admit(url: string): Promise<void>
  /** Stops every later request that would send the secret to another site. */
  protect(secret: string): Promise<void>
  /** Throws a Refusal if a request was stopped. */
  check(): void
  dispose(): Promise<void>
}

const ALL = '**/*'

interface PausedRequest {
  requestId: string
  request: {
    url: string
    headers: Record<string, string>
    postData?: string
    hasPostData?: boolean
    postDataEntries?: { bytes?: string }[]
  }
}

/** Without addresses, the current page is used. */
export function openGuard(page: () => Page, addresses: string[], signal: AbortSignal): Guard {
  const sites = addresses.some((address) => address.startsWith('http'))
    ? addresses
    : [page().url(), ...addresses]
  const context = page().context()
  const secrets: string[] = []
  const watched = new Map<Page, CDPSession>()
  let stopped: string | undefined

  const isAdmitted = async (url: string): Promise<boolean> =>
    (await Promise.all(sites.map((site) => isSameSite(site, url)))).includes(true)

  const takesAlong = (url: string, headers: Record<string, string>, body: string): boolean => {
    const login = headers['authorization'] ?? headers['Authorization'] ?? ''
    const said = [url, body, decode(/^basic (.+)/i.exec(login)?.[1] ?? '')].join('\n')
    return masker(secrets)(said) !== said
  }
  const mayGo = async (url: string, isSecret: boolean): Promise<boolean> => {
    if (!isSecret || (await isAdmitted(url))) return true
    stopped ??= originOf(url)
    return false
  }

  /** Handles the first request of each redirect chain, in new windows too. */
  const route = async (way: Route, request: Request): Promise<void> => {
    const body = request.postDataBuffer()?.toString('utf8') ?? ''
    const isSecret = takesAlong(request.url(), request.headers(), body)
    if (isSecret && request.isNavigationRequest()) await watch(pageOf(request) ?? page())
    await ((await mayGo(request.url(), isSecret)) ? way.fallback() : way.abort('blockedbyclient'))
  }

  async function watch(target: Page): Promise<void> {
    if (watched.has(target)) return
    const session = await target.context().newCDPSession(target)
    watched.set(target, session)
    // Redirects are visible only here.
    session.on('Fetch.requestPaused', ({ requestId, request }: PausedRequest) => {
      const { url, headers, postData, hasPostData, postDataEntries = [] } = request
      const body = postData ?? postDataEntries.map(({ bytes }) => decode(bytes ?? '')).join('')
      // A body that cannot be read may contain the password.
      const isSecret = takesAlong(url, headers, body) || (hasPostData === true && body === '')
      const errorReason = 'BlockedByClient'
      mayGo(url, isSecret)
        .then((may) =>
          may
            ? session.send('Fetch.continueRequest', { requestId })
            : session.send('Fetch.failRequest', { requestId, errorReason }),
        )
        .catch(() => undefined)
    })
    await session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] })
  }

  return {
    async admit(url) {
      if (!(await isAdmitted(url))) throw foreign(originOf(url), sites)
    },
    async protect(secret) {
      signal.throwIfAborted()
      secrets.push(secret)
      await watch(page())
      if (secrets.length === 1) await context.route(ALL, route)
    },
    check() {
      const origin = stopped
      stopped = undefined
      if (origin !== undefined) throw foreign(origin, sites)
    },
    async dispose() {
      await context.unroute(ALL, route).catch(() => undefined)
      for (const session of watched.values()) await session.detach().catch(() => undefined)
    },
  }
}

function foreign(origin: string, sites: string[]): Refusal {
  const known = sites.filter((site) => /^https?:/.test(site)).map(originOf)
  const own = known.length > 0 ? `the site of this run (${known.join(', ')})` : 'known to this run'
  return new Refusal(
    `The password was not given to ${origin}, which is not ${own}. ` +
      'If it may have it, open its page with --url or by a step of its own (open …).',
  )
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}
