/** What to do next about a failure of the API, by its reason where that is known, else by its kind. */
import type { ApiError, ApiErrorKind, Reason } from './http/errors.ts'

const BY_REASON: Record<Reason, string> = {
  base_url: 'The one that is set, and where: `skyvern config get base-url`',
  untrusted_certificate: 'Behind a company proxy, set NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
  proxy:
    'Check HTTPS_PROXY (http://user:password@host:port); NO_PROXY names hosts that need no proxy.',
  session_limit: 'See what is open: `skyvern session list`',
  unknown_session: 'See what there is: `skyvern session list --all`',
  unknown_run: 'See what there is: `skyvern task list`',
  unknown_profile: 'See what there is: `skyvern profile list`',
}

const CHECK = 'Check the address and the network: `skyvern doctor`'

const BY_KIND: Partial<Record<ApiErrorKind, string>> = {
  auth: 'See which key is in use: `skyvern auth status`',
  gone: 'Open a new one: `skyvern session create`',
  payment: 'Billing: https://app.skyvern.com/billing',
  rate_limited: 'Try again later, or with more `--max-retries`.',
  network: CHECK,
  timeout: CHECK,
}

export function hintOf(error: ApiError): string | undefined {
  const { kind, reason, retryAfterSeconds, mayHaveHappened } = error
  if (mayHaveHappened) return 'It may have been carried out: look before you try again.'
  if (retryAfterSeconds) return `Try again in ${patience(retryAfterSeconds)}.`
  return (reason && BY_REASON[reason]) ?? BY_KIND[kind]
}

const patience = (seconds: number): string =>
  seconds < 120 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`
