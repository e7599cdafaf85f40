/** A profile as a person reads it. */
import { zonedTime } from '../../api/time.ts'
import type { BrowserProfile, ProxyLocation } from '../../api/types.ts'
import { maskRequest } from '../../output/mask.ts'

export function rowsOf(profile: BrowserProfile): [string, unknown][] {
  return [
    ['id', profile.browser_profile_id],
    ['name', profile.name],
    ['description', profile.description],
    ['browser type', profile.source_browser_type],
    ['proxy', proxyText(profile.proxy_location)],
    ['proxy session', profile.proxy_session_id],
    ['created', zonedTime(profile.created_at)],
    ['modified', profile.modified_at && zonedTime(profile.modified_at)],
  ]
}

/** `US-CA` for places, the word for words, a proxy's address without its password. */
export function proxyText(proxy: ProxyLocation | null | undefined): string {
  if (!proxy) return ''
  if (typeof proxy === 'string') return proxy
  if ('url' in proxy) return String(maskRequest(proxy.url))
  return [proxy.country, proxy.subdivision, proxy.city].filter(Boolean).join('-')
}
