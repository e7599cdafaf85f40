/**
 * Login with the web browser: a page of the cloud, where the user is logged in, posts a key as a form to a port of this
 * machine. The protocol is that of the official command line. Self-hosted servers do not have the page.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CliError, usageError } from '../../errors.ts'

/** Milliseconds that a person has to log in. */
const LIMIT = 300_000
const FORM_LIMIT = 64 * 1024

/** The page that belongs to an API root: `api.skyvern.com` → `app.skyvern.com`. */
export function loginAddress(baseUrl: string): string {
  const url = new URL(baseUrl)
  if (!url.hostname.startsWith('api')) {
    throw usageError(
      `${url.host} does not have a login page.`,
      'Pass its key on standard input: --with-token',
    )
  }
  return `${url.protocol}//${url.host.replace(/^api/, 'app')}/cli-auth`
}

/**
 * Waits for the page to post a key.
 * @param announce gets the address to open
 * @throws CliError `wait_timeout`
 */
export async function receiveKey(page: string, announce: (url: string) => void): Promise<string> {
  const state = randomBytes(32).toString('base64url')
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const key = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(tooLate()), LIMIT)
    const take = (received: string | undefined): void => {
      if (received === undefined) return
      clearTimeout(timer)
      resolve(received)
    }
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      // A request that was cut off is ignored.
      answer(request, response, state).then(take, () => {})
    })
  })
  announce(`${page}?port=${port}&state=${state}`)
  try {
    return await key
  } finally {
    server.close()
  }
}

/** Answers one request. Returns the key if it comes from the page with the right state. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  state: string,
): Promise<string | undefined> {
  const say = (status: number, text: string): undefined => {
    response.writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'close',
    })
    response.end(`<!doctype html><title>skyvern</title><p>${text}`)
  }
  const loopback = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')
  if (!loopback || request.method !== 'POST' || request.url !== '/callback') {
    return say(404, 'Not found.')
  }
  const form = new URLSearchParams(await readForm(request))
  if (!sameText(form.get('state') ?? '', state))
    return say(403, 'This is not the login that was started.')
  const key = form.get('api_key')
  if (!key) return say(400, 'The key is missing.')
  say(200, 'Logged in. You can close this page and go back to the terminal.')
  return key
}

async function readForm(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > FORM_LIMIT) return ''
  }
  return text
}

function sameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const tooLate = (): CliError =>
  new CliError('wait_timeout', 'No login within 5 minutes.', {
    hint: 'Pass the key on standard input instead: `skyvern auth login --with-token`',
  })
