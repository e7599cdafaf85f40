/**
 * The ledger of the sessions that this machine created, one file per session. The API stores neither names nor owners. An
 * entry is written before the create is sent, and completed before the result is printed, so every billed session is
 * recorded. Each file is replaced as a whole, and is written by one process.
 */
import { createHash, randomUUID } from 'node:crypto'
import { readdirSync, unlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isId } from '../http/id.ts'
import { CliError } from '../errors.ts'
import { codeOf, makePrivateFolder, reasonOf, readValues, replaceFile } from '../system/files.ts'
import type { Warn } from '../system/files.ts'
import { lifeOf, thisProcess } from '../system/identity.ts'
import type { ProcessIdentity } from '../system/identity.ts'

export interface LedgerEntry {
  /** The name of the entry's file. */
  entry: string
  /** An API origin, or `local`. */
  origin: string
  scope: string
  /** Missing while the create is in progress. Stays missing if the answer was lost. */
  session_id?: string
  name?: string
  /** Milliseconds since 1970, this machine's clock. */
  opened_at: number
  /** The same by the server's clock, once it is known: the clock of this machine may be wrong. */
  server_time?: number
  /** When the create must have its answer, by this machine's clock. */
  answer_by: number
  /** Minutes. */
  timeout?: number
  /** The process that sent the create. */
  owner?: ProcessIdentity
  /** Whether that process closes the session when it ends. */
  held?: boolean
}

export interface LedgerDetails {
  /** Seconds that the create may take. */
  createTakes: number
  name?: string
  timeout?: number
  held?: boolean
}

/** Whether the process of the entry still runs. A process that cannot be seen from here counts as running. */
export const isAttended = ({ owner }: LedgerEntry): boolean => !owner || lifeOf(owner) !== 'dead'

export const isBeingCreated = (entry: LedgerEntry): boolean =>
  entry.session_id === undefined && Date.now() < entry.answer_by && isAttended(entry)

const hasSession = (entry: LedgerEntry): entry is LedgerEntry & { session_id: string } =>
  entry.session_id !== undefined

export class Ledger {
  constructor(
    /** The state folder. Undefined: nothing is stored. */
    private readonly folder: string | undefined,
    private readonly origin: string,
    private readonly scope: string,
    private readonly warn: Warn,
  ) {}

  /** Notes that a create is about to be sent. */
  open({ createTakes, ...details }: LedgerDetails): LedgerEntry {
    const now = Date.now()
    const entry: LedgerEntry = {
      entry: randomUUID(),
      origin: this.origin,
      scope: this.scope,
      opened_at: now,
      answer_by: now + createTakes * 1000,
      owner: thisProcess(),
      ...details,
    }
    this.write(entry)
    return entry
  }

  /** Notes when a create in doubt was sent, by the server's clock. */
  stamp(entry: LedgerEntry, serverTime: number): void {
    this.write({ ...entry, server_time: Math.round(serverTime) })
  }

  /** Reads the entry again: another process may have completed or removed it. */
  reread({ entry }: LedgerEntry): LedgerEntry | undefined {
    if (!this.folder) return undefined
    return entryOf(entry, readValues(this.file(entry), this.warn))[0]
  }

  /** Notes the id of the created session. */
  complete(entry: LedgerEntry, sessionId: string, serverTime: number): void {
    const time = Number.isNaN(serverTime) ? {} : { server_time: serverTime }
    this.write({ ...entry, ...time, session_id: sessionId })
  }

  /** Removes an entry: its create was refused, or the end of its session is confirmed. */
  remove(entry: LedgerEntry): void {
    if (!this.folder) return
    try {
      unlinkSync(this.file(entry.entry))
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return
      this.warn(`A session that has ended could not be removed from the ledger: ${reasonOf(error)}`)
    }
  }

  /** Whether the session is in the ledger. */
  knows(sessionId: string): boolean {
    return this.entries().some((entry) => entry.session_id === sessionId)
  }

  /** Removes a session whose end is confirmed. */
  forget(sessionId: string): void {
    for (const entry of this.entries()) if (entry.session_id === sessionId) this.remove(entry)
  }

  /** This origin's entries, oldest first. */
  entries(): LedgerEntry[] {
    if (!this.folder) return []
    const folder = join(this.folder, 'ledger')
    let files: string[]
    try {
      files = readdirSync(folder).filter((file) => file.endsWith('.json'))
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') {
        this.warn(`The ledger of sessions cannot be read: ${reasonOf(error)}`)
      }
      return []
    }
    return files
      .flatMap((file) =>
        entryOf(basename(file, '.json'), readValues(join(folder, file), this.warn)),
      )
      .filter((entry) => entry.origin === this.origin)
      .sort((a, b) => a.opened_at - b.opened_at)
  }

  /**
   * The session with this name in this scope. A create without an answer does not count: a caller that wants to take the
   * name holds its lock, so no create with this name is in progress.
   */
  find(name: string): (LedgerEntry & { session_id: string }) | undefined {
    return this.entries()
      .filter((entry) => hasSession(entry))
      .find((entry) => entry.name === name && entry.scope === this.scope)
  }

  /** Removes the name of an entry, so that another session can take it. */
  unname(entry: LedgerEntry): void {
    const unnamed = { ...entry }
    delete unnamed.name
    this.write(unnamed)
  }

  /** Restores an entry as it was. */
  restore(entry: LedgerEntry): void {
    this.write(entry)
  }

  /**
   * Does the work while no other process on this machine works for the same purpose and origin. Without a state folder
   * it does not lock, because names are not stored.
   * @param seconds how long to wait for the others
   */
  async exclusively<T>(purpose: string, seconds: number, work: () => Promise<T>): Promise<T> {
    const release = await this.lock(purpose, seconds)
    try {
      return await work()
    } finally {
      release()
    }
  }

  private async lock(purpose: string, seconds: number): Promise<() => void> {
    if (!this.folder) return () => {}
    const { lockOrConflict } = await import('./lock.ts')
    const whose = `${this.origin}\n${this.scope}\n${purpose}`
    const key = createHash('sha256').update(whose).digest('hex').slice(0, 16)
    try {
      return await lockOrConflict(join(this.folder, 'locks', key), seconds)
    } catch (error) {
      if (error instanceof CliError) throw error
      this.warn(
        `Other processes may run at the same time, because locking failed: ${reasonOf(error)}`,
      )
      return () => {}
    }
  }

  /** Never fails, because the session may already cost money. */
  private write(entry: LedgerEntry): void {
    if (!this.folder) return
    try {
      makePrivateFolder(join(this.folder, 'ledger'))
      replaceFile(this.file(entry.entry), JSON.stringify(entry))
    } catch (error) {
      this.warn(`The ledger of sessions could not be written: ${reasonOf(error)}`)
    }
  }

  private file(entry: string): string {
    return join(this.folder ?? '', 'ledger', `${entry}.json`)
  }
}

/** The entry, if the file contains one. Other JSON must not end up in a path, or in a command that users copy. */
function entryOf(entry: string, values: Record<string, unknown>): LedgerEntry[] {
  const { origin, session_id: id, opened_at: opened, answer_by: by = opened } = values
  const sound = typeof origin === 'string' && (id === undefined || isId(id))
  return sound && typeof opened === 'number' && typeof by === 'number'
    ? [{ ...(values as unknown as LedgerEntry), entry, answer_by: by }]
    : []
}
