/** A session as environment variables: what `session exec` gives to its command, and a script to its shell. */
import type { BrowserSession } from '../api/types.ts'

export type Variables = Record<string, string | undefined>

/** `SKYVERN_CDP_URL` is a secret, and absent while there is no browser. */
export function sessionVariables(session: BrowserSession): Variables {
  const { browser_session_id: id, app_url: appUrl, browser_address: address } = session
  return {
    SKYVERN_SESSION_ID: id,
    SKYVERN_APP_URL: appUrl || undefined,
    SKYVERN_CDP_URL: address || undefined,
  }
}
