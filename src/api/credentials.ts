/** Stored credentials, logging in with one, and one-time codes. */
import { json, many, nothing, one } from '../http/answer.ts'
import { pathTo } from '../http/id.ts'
import { BASE, defineRead, defineWrite } from './endpoint.ts'
import type { PageQuery } from './endpoint.ts'
import type { Open, Run } from './types.ts'

/** The secret part is never given back. */
export interface Credential {
  credential_id: string
  name: string
  credential_type: Open<'password' | 'credit_card' | 'secret'>
  credential: {
    username?: string
    totp_type?: string
    totp_identifier?: string | null
    has_totp?: boolean
    secret_label?: string | null
    last_four?: string
    brand?: string
  }
  vault_type?: string | null
  browser_profile_id?: string | null
  tested_url?: string | null
}

export interface PasswordCredential {
  username: string
  password: string
  /** The key of an authenticator app, Base32 or an `otpauth://` address. */
  totp?: string
  totp_type?: Open<'authenticator' | 'email' | 'text' | 'none'>
  /** Where codes by mail or text message are looked up. */
  totp_identifier?: string
}

export interface SecretCredential {
  secret_value: string
  secret_label?: string
}

export interface CreateCredentialRequest {
  name: string
  credential_type: Open<'password' | 'secret'>
  credential: PasswordCredential | SecretCredential
}

export interface LoginRequest {
  credential_type: Open<'skyvern' | 'bitwarden' | '1password' | 'azure_vault'>
  credential_id?: string
  url?: string
  /** In place of the server's own instructions for logging in. */
  prompt?: string
  browser_session_id?: string
  browser_profile_id?: string
  webhook_url?: string
  totp_identifier?: string
  totp_url?: string
}

export interface SendTotpCodeRequest {
  totp_identifier: string
  /** The code, or the message that it is in. */
  content: string
}

export interface TotpCode {
  totp_code_id: string
  totp_identifier?: string | null
  code?: string
  content?: string
  created_at?: string
}

const CREDENTIALS = '/v1/credentials'

/** Names are not unique. */
export const createCredential = defineWrite((body: CreateCredentialRequest) => ({
  method: 'POST',
  path: CREDENTIALS,
  body,
  secrets: Object.values(body.credential).filter((value) => typeof value === 'string'),
  repeat: 'unsent',
  expect: one<Credential>('credential_id'),
  since: BASE,
}))

/** Newest first. */
export const getCredentials = defineRead((query?: PageQuery & { search?: string }) => ({
  path: CREDENTIALS,
  query: { ...query },
  expect: many<Credential>(),
  since: BASE,
}))

export const getCredential = defineRead((credentialId: string) => ({
  path: pathTo`/v1/credentials/${credentialId}`,
  expect: one<Credential>('credential_id', credentialId),
  since: BASE,
}))

/** 204; a second time 404. */
export const deleteCredential = defineWrite((credentialId: string) => ({
  method: 'POST',
  path: pathTo`/v1/credentials/${credentialId}/delete`,
  repeat: 'unsent',
  expect: nothing,
  since: BASE,
}))

/** Gives a one-time code to the runs that wait for one of this identifier. */
export const sendTotpCode = defineWrite((body: SendTotpCodeRequest) => ({
  method: 'POST',
  path: '/v1/credentials/totp',
  body,
  secrets: [body.content],
  repeat: 'unsent',
  expect: json<TotpCode>(),
  since: BASE,
}))

/** Logs in with a stored credential: a run of its own, `wr_…`. */
export const login = defineWrite((body: LoginRequest) => ({
  method: 'POST',
  path: '/v1/run/tasks/login',
  body,
  repeat: 'unsent',
  expect: one<Run>('run_id'),
  since: BASE,
}))
