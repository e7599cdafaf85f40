/** Keys for the real server: the one it takes, and those that it must refuse. */
import { createHmac } from 'node:crypto'

export const secret = 'a secret that only this throw-away server knows'
const organizationId = 'o_test'

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The server takes any token over its own secret for a key, and makes the organization that the first one names. */
function mintKey(claims: object): string {
  const payload = { sub: organizationId, exp: 4_102_444_800, ...claims }
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(payload)}`
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`
}

export const apiKey = mintKey({})

/** Well signed but never issued, issued and revoked, past their time. */
export const refusedKeys = {
  unknown: mintKey({ unknown: 1 }),
  revoked: mintKey({ revoked: 1 }),
  expired: mintKey({ exp: 1 }),
}

/** Python that takes the path of the database and a key: no endpoint of the open-source server revokes one. */
export const recordRevoked = `
import sqlite3, sys
_, path, key = sys.argv
with sqlite3.connect(path) as database:
    database.execute("insert into organization_auth_tokens values "
        "('oat_revoked', '${organizationId}', 'api', ?, '', '', 0, datetime(), datetime(), null)", (key,))
`
