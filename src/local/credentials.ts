/** Stored credentials: one file each, which only the user may read. The secret in it goes to the log-in step alone. */
import type { Records } from './records.ts'
import { newId, notFound } from './wire.ts'

export interface CredentialRecord {
  credential_id: string
  name: string
  credential_type: 'password' | 'secret'
  username: string | null
  secret_label: string | null
  secret: string
}

export type NewCredential = Omit<CredentialRecord, 'credential_id'>

export class Credentials {
  constructor(
    private readonly records: Records<CredentialRecord>,
    private readonly now: () => number,
  ) {}

  create(options: NewCredential): CredentialRecord {
    const record = { credential_id: newId('cred', this.now()), ...options }
    this.records.put(record.credential_id, record)
    return record
  }

  newestFirst(): CredentialRecord[] {
    return this.records.newestFirst()
  }

  find(id: string): CredentialRecord | undefined {
    return this.records.get(id)
  }

  remove(id: string): void {
    if (!this.find(id)) throw notFound(`Credential not found, credential_id=${id}`)
    this.records.remove(id)
  }
}

/** The form of the API, without the secret. */
export function toWireCredential(record: CredentialRecord): Record<string, unknown> {
  const { credential_id, name, credential_type, username, secret_label } = record
  return {
    credential_id,
    credential:
      credential_type === 'password'
        ? { username, totp_type: 'none', totp_identifier: null, has_totp: false }
        : { secret_label },
    credential_type,
    name,
    vault_type: 'skyvern',
    browser_profile_id: null,
    auto_profile_disabled: false,
    pin_saved_session_ip: false,
    tested_url: null,
    user_context: null,
    save_browser_session_intent: false,
    run_sequentially: false,
    folder_id: null,
    proxy_location: null,
    proxy_session_id: null,
    created_by: null,
  }
}
