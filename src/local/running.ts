/** Finds the running backend of a folder, and verifies its identity. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { get } from 'node:http'
import { homeAt, requireOwn } from './home.ts'
import { readJson } from '../system/files.ts'

export interface LocalBackend {
  baseUrl: string
  apiKey: string
  demoUrl: string
  pid: number
  version: string
  /** ISO 8601 in UTC, with Z. */
  startedAt: string
  /** Path of the browser's binary. */
  browser: string
}

/** A closed port is refused at once. This limit is for a very busy machine. */
const ANSWERS_WITHIN = 3_000

/** The backend of this folder, if one is running and proves that it knows the key in `daemon.json`. */
export async function findBackend(folder: string): Promise<LocalBackend | undefined> {
  requireOwn(folder)
  const backend = readJson(homeAt(folder).daemonFile) as LocalBackend | undefined
  if (backend?.apiKey === undefined) return undefined
  return (await provesItself(backend)) ? backend : undefined
}

/**
 * Another program may listen on the stored port, so the key is not sent at first: the listener has to sign a nonce with it.
 */
function provesItself(backend: LocalBackend): Promise<boolean> {
  const challenge = randomBytes(16).toString('hex')
  const expected = createHmac('sha256', backend.apiKey).update(challenge).digest()
  return new Promise((resolve) => {
    const request = get(
      `${backend.baseUrl}/api/v1/heartbeat`,
      { headers: { 'x-challenge': challenge }, agent: false, timeout: ANSWERS_WITHIN },
      (response) => {
        response.resume()
        const proof = Buffer.from(String(response.headers['x-proof']), 'hex')
        resolve(proof.length === expected.length && timingSafeEqual(proof, expected))
      },
    )
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}
