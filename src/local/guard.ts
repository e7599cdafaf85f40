/**
 * Admits clients of this machine that know the key. Web pages are refused, whatever host name they use (Host) and wherever
 * they come from (Origin, Sec-Fetch-Site); CORS headers are never sent.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { CDP_PATH, cdpToken } from './cdp/address.ts'
import type { Json } from '../api/types.ts'
import { HttpError } from './wire.ts'

const BODY_LIMIT = 1_000_000

/** The real server answers these without a key too. */
const NO_KEY_NEEDED = /^\/(api\/)?v1\/(heartbeat|version|config\/runtime)\/?$/

/** The path and query of an admitted request; 421 or 403 otherwise. */
export function admit(
  request: IncomingMessage,
  port: number,
  key: string,
): { path: string; query: URLSearchParams } {
  const [path = '', search] = (request.url ?? '').split('?')
  const query = new URLSearchParams(search)
  const { host, origin, 'sec-fetch-site': site } = request.headers
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    throw new HttpError(421, 'This server answers to 127.0.0.1 and localhost only')
  }
  if (origin !== undefined || (site !== undefined && site !== 'none')) {
    throw new HttpError(403, 'Requests of web pages are not answered')
  }
  if (!NO_KEY_NEEDED.test(path) && !hasToken(path, query, key)) requireKey(request, key)
  return { path, query }
}

/** A CDP address contains its own token. A wrong token is refused, even with the key. */
function hasToken(path: string, query: URLSearchParams, key: string): boolean {
  const id = CDP_PATH.exec(path)?.groups?.['id']
  const given = query.get('token')
  if (id === undefined || given === null) return false
  if (isSame(given, cdpToken(key, id))) return true
  const detail =
    'Could not validate credentials: this token is of another session, or of a backend that has ended'
  throw new HttpError(403, detail)
}

function requireKey(request: IncomingMessage, key: string): void {
  const given = request.headers['x-api-key']
  if (typeof given !== 'string' || given === '') throw new HttpError(403, 'Invalid credentials')
  if (!isSame(given, key)) throw new HttpError(403, 'Could not validate credentials')
}

/** Hashes have equal lengths, so comparing them does not reveal the length of the key. */
function isSame(given: string, key: string): boolean {
  const [a, b] = [given, key].map((text) => createHmac('sha256', key).update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}

/** The body as JSON; undefined if it is empty. */
export async function readBody(request: IncomingMessage): Promise<Json | undefined> {
  const body = await readText(request)
  if (body === '') return undefined
  if (!/^application\/([\w.-]+\+)?json\b/i.test(request.headers['content-type'] ?? '')) {
    const msg = 'Input should be a valid dictionary or object to extract fields from'
    throw new HttpError(422, [{ type: 'model_attributes_type', loc: ['body'], msg, input: body }])
  }
  try {
    return JSON.parse(body) as Json
  } catch (error) {
    const place = Number(/position (\d+)/.exec(String(error))?.[1] ?? 0)
    const ctx = { error: 'Expecting value' }
    const msg = 'JSON decode error'
    throw new HttpError(422, [{ type: 'json_invalid', loc: ['body', place], msg, input: {}, ctx }])
  }
}

/** Data beyond the limit is read and dropped, so that the sender receives the refusal. */
function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= BODY_LIMIT) chunks.push(chunk)
      else reject(new HttpError(413, 'Request body too large'))
    })
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.on('error', reject)
  })
}
