/** Base URLs as people type them: with a trailing slash, or with the `/v1` that self-hosters copy from their settings. */
import { ApiError } from './errors.ts'

export const CLOUD_URL = 'https://api.skyvern.com'

/** The page of the web app that shows the API key; the cloud's own error messages name it. */
export const KEY_PAGE = 'https://app.skyvern.com/settings'

/** Where the key of a server is found, as a sentence. A self-hosted server shows it on the same page of its own web app. */
export function whereKeyIs(baseUrl: string): string {
  if (new URL(baseUrl).origin === CLOUD_URL) return `Find your key at ${KEY_PAGE}.`
  return "Find the key on the settings page of this server's web app."
}

/** The API root of a text, without a trailing slash. @throws ApiError `config` */
export function baseUrlOf(text: string): URL {
  const [, host] = /^([\w.-]+|\[[\da-f:.]+\])(:\d+)?(\/|$)/i.exec(text) ?? []
  if (host !== undefined && !text.includes('://')) {
    const scheme =
      URL.canParse(`http://${host}`) && isLoopback(new URL(`http://${host}`)) ? 'http' : 'https'
    throw notUsable(
      `"${text}" has no http:// or https:// before it: did you mean ${scheme}://${text}?`,
    )
  }
  if (!URL.canParse(text)) throw notUsable(`"${text}" is not a base URL`)
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw notUsable(`A base URL starts with https://, not ${url.protocol}`)
  }
  if (url.username || url.password || /[?#]/.test(text)) {
    throw notUsable('A base URL cannot have a user name, a query or a fragment')
  }
  url.pathname = url.pathname.replace(/\/+$/, '').replace(/\/+((api\/)?v1)?$/, '')
  return url
}

const notUsable = (message: string): ApiError =>
  new ApiError('config', message, { reason: 'base_url' })

/** Whether the URL is on this machine: the key may go there over `http:`, and never through a proxy. */
export const isLoopback = (url: URL): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
