/** Keeps a password on its sites, whatever forms, redirects and scripts of the page do. */
import type { BrowserContext, CDPSession, Page, Request, Route } from 'playwright-core'
import { Refusal } from '../refusal.ts'
import { masker } from '../sentence/secrets.ts'
import { pageOf } from './watch.ts'

const ALL = '**/*'

export class Guard {
  private readonly sites: string[]
  private readonly secrets: string[] = []
  private readonly watched = new Map<Page, CDPSession>()
  private readonly context: BrowserContext
  private stopped: string | undefined

  /** Without addresses, the site of the current page is used. */
  constructor(
    private readonly page: () => Page,
    addresses: string[],
  ) {
    this.context = page().context()
    this.sites = addresses.filter((address) => address.startsWith('http'))
    if (this.sites.length === 0) this.sites.push(page().url())
  }

  /** Throws a Refusal unless this address may receive a password. */
  async admit(url: string): Promise<void> {
    if (!(await this.isAdmitted(url))) throw this.refusal(originOf(url))
  }

  /** Stops every later request that would send the secret to another site. */
  async protect(secret: string): Promise<void> {
    this.secrets.push(secret)
    await this.watch(this.page())
    if (this.secrets.length === 1) await this.context.route(ALL, this.route)
  }

  /** Throws a Refusal if a request was stopped. */
  check(): void {
    const origin = this.stopped
    this.stopped = undefined
    if (origin !== undefined) throw this.refusal(origin)
  }

  async dispose(): Promise<void> {
    await this.context.unroute(ALL, this.route).catch(() => undefined)
    for (const session of this.watched.values()) await session.detach().catch(() => undefined)
  }

  private async isAdmitted(url: string): Promise<boolean> {
    return (await Promise.all(this.sites.map((site) => isSameSite(site, url)))).includes(true)
  }

  private takesAlong(url: string, headers: Record<string, string>, body: string): boolean {
    const login = headers['authorization'] ?? headers['Authorization'] ?? ''
    const said = [url, body, decode(/^basic (.+)/i.exec(login)?.[1] ?? '')].join('\n')
    return masker(this.secrets)(said) !== said
  }

  private async mayGo(url: string, isSecret: boolean): Promise<boolean> {
    if (!isSecret || (await this.isAdmitted(url))) return true
    this.stopped ??= originOf(url)
    return false
  }

  /** Handles the first request of each redirect chain, in new windows too. */
  private readonly route = async (way: Route, request: Request): Promise<void> => {
    const body = request.postDataBuffer()?.toString('utf8') ?? ''
    const isSecret = this.takesAlong(request.url(), request.headers(), body)
    if (isSecret && request.isNavigationRequest()) await this.watch(pageOf(request) ?? this.page())
    const may = await this.mayGo(request.url(), isSecret)
    await (may ? way.fallback() : way.abort('blockedbyclient'))
  }

  /** Handles redirects, which are visible only to the protocol of the browser. */
  private async watch(page: Page): Promise<void> {
    if (this.watched.has(page)) return
    const session = await this.context.newCDPSession(page)
    this.watched.set(page, session)
    session.on('Fetch.requestPaused', async ({ requestId, request }) => {
      const { url, headers, postData, hasPostData, postDataEntries = [] } = request
      const body = postData ?? postDataEntries.map(({ bytes }) => decode(bytes ?? '')).join('')
      // A body that cannot be read may contain the password.
      const isSecret = this.takesAlong(url, headers, body) || (hasPostData === true && body === '')
      const sent = (await this.mayGo(url, isSecret))
        ? session.send('Fetch.continueRequest', { requestId })
        : session.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' })
      await sent.catch(() => undefined)
    })
    await session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] })
  }

  private refusal(origin: string): Refusal {
    const own = this.sites.map(originOf).join(', ')
    return new Refusal(
      `The password was not given to ${origin}, which is not the site of this run (${own}). ` +
        'If it may have it, open its page with --url or by a step of its own (open …).',
    )
  }
}

/**
 * Whether a password that is meant for `known` may go to `url`: the same registrable domain (tldts); for IP addresses and
 * localhost the same host and port. From https to http is never the same site; from http to https is.
 */
async function isSameSite(known: string, url: string): Promise<boolean> {
  if (!URL.canParse(known) || !URL.canParse(url)) return false
  const [from, to] = [new URL(known), new URL(url)]
  const schemes = `${from.protocol}${to.protocol}`
  if (!['http:http:', 'http:https:', 'https:https:'].includes(schemes)) return false
  const { getDomain } = await import('tldts')
  const [here, there] = [from, to].map(({ hostname }) =>
    getDomain(hostname, { allowPrivateDomains: true }),
  )
  if (here || there) return here === there
  // `port` is empty for the standard ports of both schemes.
  return from.hostname === to.hostname && from.port === to.port
}

function originOf(url: string): string {
  return URL.canParse(url) && /^https?:/.test(url) ? new URL(url).origin : url.slice(0, 60)
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}
