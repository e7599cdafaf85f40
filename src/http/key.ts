/** Checks of an API key before it is sent. */
import { isLoopback } from './base-url.ts'
import { ApiError } from './errors.ts'

/** @throws ApiError `config` for an address to which a key would be sent unencrypted */
export function requireEncryption(base: URL): void {
  if (base.protocol !== 'http:' || isLoopback(base)) return
  const message = `${base.origin} is not encrypted: an API key is sent over http:// only to this machine`
  throw new ApiError('config', message)
}

/** The key, if it can be the value of a header. @throws ApiError `config` */
export function headerSafe(apiKey: string): string {
  if (/^[\x21-\x7e]+$/.test(apiKey)) return apiKey
  throw new ApiError(
    'config',
    'The API key has characters that a key cannot have: was it copied completely?',
    {
      sent: false,
    },
  )
}
