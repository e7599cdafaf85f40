/** The addresses that a sentence may open: http and https, without a password. */
import { Refusal } from '../refusal.ts'

/** An http(s) URL, a path of the current site, or a host name without its scheme; otherwise undefined. */
export function toUrl(text: string): string | undefined {
  if (/^\/(?!\/)/.test(text)) return text
  const local = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:[/?#]|$)/i.test(text)
  const host = /^(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?#]|$)/i.test(text)
  const url = local ? `http://${text}` : host ? `https://${text}` : text
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) return undefined
  return checkedUrl(url)
}

/** Throws a Refusal for a URL that is not http or https, or that carries a password. */
export function checkedUrl(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new Refusal('Only http:// and https:// addresses can be opened.')
  }
  const { username, password } = new URL(text)
  if (username || password)
    throw new Refusal('An address with a user name or password in it is not opened.')
  return text
}
