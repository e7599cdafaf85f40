/** What to do about a failure of the API: by its reason if that is known, else by its kind. */
import type { ApiError, ApiErrorKind, Reason } from './http/errors.ts'

const BY_REASON: Record<Reason, string> = {
  base_url: 'See which base URL is set, and where: `skyvern config get base-url`',
  untrusted_certificate: 'Behind a company proxy, set NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
  proxy:
    'HTTPS_PROXY, HTTP_PROXY and ALL_PROXY take http://user:password@host:port; NO_PROXY names hosts that need no proxy.',
  too_many_open:
    'Wait until one has ended (`--retry-for 10m` does), or close one: `skyvern session list`, `skyvern task list`',
  unknown_session: 'List the sessions: `skyvern session list --all`',
  unknown_run: 'List the runs: `skyvern task list`',
  unknown_profile: 'List the profiles: `skyvern profile list`',
}

const CHECK = 'Check the address and the network: `skyvern doctor`'

const BY_KIND: Partial<Record<ApiErrorKind, string>> = {
  auth: 'See which key is in use: `skyvern auth status`',
  gone: 'Create a new session: `skyvern session create`',
  payment: 'Billing: https://app.skyvern.com/billing',
  rate_limited: 'Try again later, or with more `--max-retries`.',
  network: CHECK,
  timeout: CHECK,
}

export function hintOf(error: ApiError): string | undefined {
  const { kind, reason, retryAfterSeconds, mayHaveHappened } = error
  if (mayHaveHappened) return 'It may have been carried out. Check before you try again.'
  if (reason) return BY_REASON[reason]
  if (retryAfterSeconds) return `Try again in ${patience(retryAfterSeconds)}.`
  return BY_KIND[kind]
}

const patience = (seconds: number): string =>
  seconds < 120 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`
