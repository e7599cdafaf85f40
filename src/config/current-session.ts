/**
 * The current session: one file for each API origin and scope. A script's own choice, `SKYVERN_SESSION_ID`, beats it,
 * which is what makes parallel shells safe.
 */
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from '../errors.ts'
import { messageOf, readValues } from '../system/files.ts'
import type { Warn } from '../system/files.ts'
import type { Scope } from './scope.ts'
import type { Resolved } from './settings.ts'

export class CurrentSession {
  constructor(
    /** The state folder; without one nothing is remembered. */
    private readonly folder: string | undefined,
    /** An API origin, or `local` for the embedded backend. */
    private readonly origin: string,
    private readonly scope: Scope,
    private readonly env: NodeJS.ProcessEnv,
    private readonly warn: Warn,
  ) {}

  /** The session that a command without an id works on, and why. */
  resolve(): Resolved<string> | undefined {
    const chosen = this.env['SKYVERN_SESSION_ID']
    if (chosen) return { value: chosen, source: 'SKYVERN_SESSION_ID' }
    const remembered = this.remembered()
    if (!remembered) return undefined
    const scope = this.scope.value && this.scope.source ? `, scope of ${this.scope.source}` : ''
    return { value: remembered, source: `current session${scope}` }
  }

  remembered(): string | undefined {
    if (!this.folder) return undefined
    const id = readValues(this.file(this.folder), this.warn)['session_id']
    return typeof id === 'string' ? id : undefined
  }

  /** @throws CliError `internal` when it cannot be written down */
  async choose(sessionId: string): Promise<void> {
    if (!this.folder) throw new CliError('internal', 'There is no home folder to remember it in.')
    const { writeValues } = await import('./store.ts')
    await writeValues(
      this.file(this.folder),
      { session_id: sessionId, origin: this.origin, scope: this.scope.value },
      this.warn,
    )
  }

  /** The same for a session that was just opened. Never fails: it may have cost money already. */
  async remember(sessionId: string): Promise<void> {
    try {
      await this.choose(sessionId)
    } catch (error) {
      this.warn(`${sessionId} could not be made the current session: ${messageOf(error)}`)
    }
  }

  /** Forgets that session, if it is the current one. */
  forget(sessionId: string): void {
    if (!this.folder || this.remembered() !== sessionId) return
    try {
      rmSync(this.file(this.folder), { force: true })
    } catch {
      this.warn(`${sessionId} has ended but could not be forgotten as the current session.`)
    }
  }

  private file(folder: string): string {
    const key = createHash('sha256').update(`${this.origin}\n${this.scope.value}`).digest('hex')
    const name = this.origin.replace(/^https?:\/\//, '').replace(/[^a-z0-9.]+/gi, '-')
    return join(folder, 'current', `${name}-${key.slice(0, 16)}.json`)
  }
}
