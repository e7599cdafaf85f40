/**
 * The current session: the last one of each API origin and scope. `SKYVERN_SESSION_ID` overrides it, so that parallel
 * shells can use different sessions.
 */
import { messageOf } from '../system/files.ts'
import type { Warn } from '../system/files.ts'
import type { Scope } from './scope.ts'
import type { Resolved } from './settings.ts'
import type { ConfigStore } from './store.ts'

export class CurrentSession {
  constructor(
    private readonly store: ConfigStore,
    /** An API origin, or `local` for the embedded backend. */
    private readonly origin: string,
    private readonly scope: Scope,
    private readonly env: NodeJS.ProcessEnv,
    private readonly warn: Warn,
  ) {}

  /** The session that a command without an id works on, and its source. */
  resolve(): Resolved<string> | undefined {
    const chosen = this.env['SKYVERN_SESSION_ID']
    if (chosen) return { value: chosen, source: 'SKYVERN_SESSION_ID' }
    const remembered = this.remembered()
    if (!remembered) return undefined
    const scope = this.scope.value && this.scope.source ? `, scope of ${this.scope.source}` : ''
    return { value: remembered, source: `current session${scope}` }
  }

  remembered(): string | undefined {
    return this.store.lastSession(this.origin, this.scope.value)
  }

  /** The session that was current before. */
  before(): string | undefined {
    return this.store.sessionBefore(this.origin, this.scope.value)
  }

  /** @throws CliError `internal` if it cannot be written */
  choose(sessionId: string): Promise<void> {
    return this.store.setLastSession(this.origin, this.scope.value, sessionId)
  }

  /** The same for a session that was just created. Never fails, because the session already costs money. */
  async remember(sessionId: string): Promise<void> {
    try {
      await this.choose(sessionId)
    } catch (error) {
      this.warn(`${sessionId} could not be made the current session: ${messageOf(error)}`)
    }
  }

  /** Forgets the session if it is the current one. */
  forget(sessionId: string): void {
    if (this.remembered() !== sessionId) return
    try {
      this.store.forgetLastSession(this.origin, this.scope.value)
    } catch {
      this.warn(`${sessionId} has ended but could not be forgotten as the current session.`)
    }
  }
}
