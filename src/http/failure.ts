/** Errors of requests without a complete answer. Users never see the messages of ofetch or Node. */
import { ApiError } from './errors.ts'
import { TransportError } from './transport.ts'

/**
 * The ApiError for an error of the transport. Other errors are returned as they are.
 * @param ephemeral the port belongs to one start of the server: once it refuses, it never opens again
 */
export function errorOfFailure(error: unknown, host: string, ephemeral = false): unknown {
  if (error instanceof TransportError) return errorOfTransport(error, host, ephemeral)
  const code = error instanceof TypeError && 'code' in error ? String(error.code) : ''
  if (!/^ERR_(INVALID|UNESCAPED)/.test(code)) return error
  return new ApiError('config', 'A header or URL has characters that cannot be sent', {
    sent: false,
  })
}

export function errorOfTransport(error: TransportError, host: string, ephemeral = false): ApiError {
  const { kind, sent, code = '' } = error
  if (kind === 'timeout') {
    const what = sent ? 'did not answer in time' : 'could not be reached in time'
    return new ApiError('timeout', `${host} ${what}`, { sent })
  }
  if (kind === 'aborted') return new ApiError('aborted', 'Interrupted', { sent })
  if (kind === 'too_large') return new ApiError('bad_response', `${host} sent more than 32 MiB`)
  if (kind === 'encoding') {
    return new ApiError('bad_response', `${host} sent a content encoding that was not requested`)
  }
  if (kind === 'switched') {
    return new ApiError('bad_response', `${host} answered 101 Switching Protocols`, { status: 101 })
  }
  return networkError(code, host, sent, ephemeral)
}

/** @param code Node's error code, or the transport's own for a company proxy */
function networkError(code: string, host: string, sent: boolean, ephemeral: boolean): ApiError {
  const proxy = PROXY[code]
  const untrusted = /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_(?!HAS_EXPIRED)/.test(code)
  const lasting =
    /CERT|SIGNATURE|^ERR_SSL|EPROTO|PROXY_AUTH/.test(code) || (ephemeral && code === 'ECONNREFUSED')
  const message = proxy ? proxy(host) : networkMessage(code, host)
  const isName = code === 'ERR_TLS_CERT_ALTNAME_INVALID'
  const reason = proxy ? 'proxy' : untrusted && !isName ? 'untrusted_certificate' : undefined
  return new ApiError('network', message, { sent, lasting, reason })
}

const PROXY: Record<string, (host: string) => string> = {
  PROXY_AUTH: (host) => `The proxy wants a user name and password to reach ${host} (407)`,
  PROXY_REFUSED: (host) => `The proxy refuses to connect to ${host}`,
  PROXY_UNREACHABLE: (host) => `The proxy on the way to ${host} does not answer`,
}

function networkMessage(code: string, host: string): string {
  if (code === 'ECONNREFUSED') return `Nothing is listening at ${host} (connection refused)`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `The host name of ${host} was not found`
  if (code === 'CERT_HAS_EXPIRED') return `The certificate of ${host} has expired`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `The certificate is not for ${host}`
  if (/SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_/.test(code)) {
    return `The certificate of ${host} is not trusted`
  }
  if (/^ERR_SSL|EPROTO/.test(code))
    return `${host} does not speak TLS on this port. Is it http:// instead?`
  if (code === 'HPE_HEADER_OVERFLOW') return `${host} sent more than 16 kB of headers`
  if (code.startsWith('HPE_')) return `${host} does not answer in HTTP. Is the port right?`
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return `${host} closed the connection before its answer was complete`
  }
  return `${host} could not be reached${code ? ` (${code})` : ''}`
}
