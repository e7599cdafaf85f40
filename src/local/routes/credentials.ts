/** `/v1/credentials` */
import type { Json } from '../../api/types.ts'
import { RouteReply } from '../call.ts'
import type { RouteCall, Routes } from '../call.ts'
import { isObject } from '../checks.ts'
import { toWireCredential } from '../credentials.ts'
import type { NewCredential } from '../credentials.ts'
import {
  CREATE_CREDENTIAL,
  LIST_CREDENTIALS,
  PASSWORD_CREDENTIAL,
  SECRET_CREDENTIAL,
} from '../requests.ts'
import { parseBody, parseQuery } from '../shapes.ts'
import { HttpError, notFound } from '../wire.ts'

export const credentialRoutes: Routes = {
  'POST /v1/credentials': ({ backend, body }) => {
    const record = backend.credentials.create(withoutEcho(() => parseCredential(body)))
    const content = JSON.stringify(toWireCredential(record))
    return new RouteReply(201, content, { 'content-type': 'application/json' })
  },

  'GET /v1/credentials': ({ backend, query }) => {
    const { page, page_size, search, credential_type: type } = parseQuery(LIST_CREDENTIALS, query)
    const word = (search ?? '').toLowerCase()
    return backend.credentials
      .newestFirst()
      .filter((record) => type === null || record.credential_type === type)
      .filter(({ credential_id: id, name, username, secret_label: label }) =>
        [id, name, username ?? '', label ?? ''].join('\n').toLowerCase().includes(word),
      )
      .slice((page - 1) * page_size, page * page_size)
      .map(toWireCredential)
  },

  'GET /v1/credentials/:id': ({ backend, id }) => {
    const record = backend.credentials.find(id)
    if (record === undefined) throw notFound('Credential not found')
    return toWireCredential(record)
  },

  'POST /v1/credentials/:id/delete': ({ backend, id }) => {
    backend.credentials.remove(id)
    return new RouteReply(204)
  },

  'POST /v1/credentials/totp': () => {
    throw new HttpError(400, 'One-time codes are not available on the embedded backend.')
  },
}

function parseCredential(body: RouteCall['body']): NewCredential {
  const { name, credential_type: type, credential } = parseBody(CREATE_CREDENTIAL, body)
  if (type === 'secret') {
    const fields = parseBody(SECRET_CREDENTIAL, credential)
    const { secret_value: secret, secret_label } = fields
    return { name, credential_type: type, username: null, secret_label, secret }
  }
  if (type !== 'password') {
    throw new HttpError(400, `credential_type ${type}: not available on the embedded backend.`)
  }
  const fields = parseBody(PASSWORD_CREDENTIAL, credential)
  if (fields.totp !== null || fields.totp_identifier !== null) {
    throw new HttpError(400, 'One-time codes are not available on the embedded backend.')
  }
  const { username, password: secret } = fields
  return { name, credential_type: type, username, secret_label: null, secret }
}

/** As on the real server, the problems of this endpoint do not contain the values, which may be secrets. */
function withoutEcho<Value>(parse: () => Value): Value {
  try {
    return parse()
  } catch (error) {
    const detail = error instanceof HttpError && isObject(error.body) ? error.body['detail'] : null
    if (!(error instanceof HttpError) || !Array.isArray(detail)) throw error
    const kept = detail.filter(isObject).map(({ type, loc, msg }) => ({ type, loc, msg }) as Json)
    throw new HttpError(error.status, kept)
  }
}
