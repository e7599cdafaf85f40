/** A profile as a person reads it. */
import { zonedTime } from '../../http/clock.ts'
import type { BrowserProfile } from '../../api/types.ts'
import { proxyText } from '../../options/proxy.ts'

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
