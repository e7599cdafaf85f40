/**
 * The sessions of a map. Each is noted before it is created, created when a row needs it, and waited for until it is ready.
 * At most ten are closed at once. Sessions that a killed process left open are taken over.
 */
import { createBrowserSession, getBrowserSession, getBrowserSessions } from '../api/endpoints.ts'
import type { BrowserSession, CreateBrowserSessionRequest } from '../api/types.ts'
import type { Ledger, LedgerEntry } from '../config/ledger.ts'
import { CliError } from '../errors.ts'
import { serverTimeOf, timeOf, uptime } from '../http/clock.ts'
import { ApiError, isInDoubt } from '../http/errors.ts'
import type { Client } from '../http/request.ts'
import { AT_ONCE, severalAtOnce } from '../http/several.ts'
import type { PollOptions } from '../http/wait.ts'
import { Watch } from '../http/watch.ts'
import { asUnconfirmed, closeSession, isUnknownSession } from '../sessions/close.ts'
import { createTakes } from '../sessions/create.ts'
import { startsLazily } from '../sessions/self-hosted.ts'
import { earliestEnd, hasEnded, isReady } from '../sessions/state.ts'
import { Gate } from './gate.ts'
import type { Journal } from './journal.ts'
import { Limiter } from './limiter.ts'
import { openSessions } from './results.ts'

export interface PoolOptions {
  client: Client
  journal: Journal
  ledger: Ledger
  /** The request body for new sessions. */
  body: CreateBrowserSessionRequest
  /** Once aborted, no session is created or waited for. */
  stop: AbortSignal
  onLimit: (error: ApiError, milliseconds: number, open: number) => void
  warn: (text: string) => void
}

/** Seconds. */
const CLOSES_WITHIN = 60
const READY_WITHIN = 5 * 60
/** Milliseconds after which to check whether the server starts browsers only when a run needs them. */
const LAZY_AFTER = 4_000
/** Consecutive creates without an answer after which the map stops: each may have made a session that bills. */
const MOST_LOST = 3

export class Pool {
  readonly open = new Map<string, BrowserSession>()
  /** Closes that were not confirmed. */
  readonly failures: CliError[] = []
  readonly gate: Gate
  private readonly entries = new Map<string, LedgerEntry>()
  private readonly closing = new Limiter(AT_ONCE)
  private readonly readiness: Watch<BrowserSession>
  private lostInARow = 0
  private isLazy: boolean | undefined
  private readonly started = uptime()

  constructor(private readonly options: PoolOptions) {
    const { client, stop, onLimit } = options
    this.gate = new Gate({
      most: AT_ONCE,
      onPause: (error, pause) => onLimit(error, pause, this.open.size),
    })
    this.readiness = new Watch<BrowserSession>({
      list: (poll) => this.listStarting(poll),
      look: (id, poll) => getBrowserSession(client, id, poll),
      hasCome: (session) => isReady(session) || hasEnded(session) || this.isLazy === true,
      stop,
    })
  }

  /** Creates a session and waits until it is ready; undefined if none is wanted any more. */
  async openOne(wanted: () => boolean): Promise<BrowserSession | undefined> {
    const created = await this.gate.pass(() => this.create(), wanted)
    if (!created) return undefined
    const session = await this.whenReady(created)
    if (!hasEnded(session)) return session
    this.forget(session.browser_session_id)
    throw new CliError(
      'session_ended',
      `Session ${session.browser_session_id} ended before it was ready (${session.status}).`,
    )
  }

  /** Takes over sessions that an earlier process of this map left open. */
  async takeOver(): Promise<void> {
    const { client, journal, ledger } = this.options
    // Gives the server's time and checks the key before anything is created.
    await getBrowserSessions(client, { maxRetries: 6 })
    const entries = ledger.entries()
    for (const { entry: opening, session_id: id } of entries) {
      // The process was killed after the ledger had the answer and before the journal did.
      const isOurs = id !== undefined && journal.recorded.openings.has(opening)
      if (isOurs) journal.note({ session: 'open', opening, session_id: id })
    }
    const known = new Map(entries.map((entry) => [entry.session_id, entry]))
    const look = async (id: string): Promise<void> => {
      const session = await this.find(id)
      const before = known.get(id)
      if (session) {
        const entry = ledger.open({ held: true, createTakes: createTakes(client) })
        ledger.complete(entry, id, timeOf(session.created_at))
        this.open.set(id, session)
        this.entries.set(id, entry)
        if (before) ledger.remove(before)
      } else {
        if (before) this.entries.set(id, before)
        this.forget(id)
      }
    }
    await severalAtOnce(openSessions(journal.recorded), AT_ONCE, look)
  }

  /** The current state of a session; undefined if it has ended. */
  async find(id: string): Promise<BrowserSession | undefined> {
    try {
      const session = await getBrowserSession(this.options.client, id, { maxRetries: 6 })
      return hasEnded(session) ? undefined : session
    } catch (error) {
      if (error instanceof ApiError && isUnknownSession(error)) return undefined
      throw error
    }
  }

  /** Milliseconds that a session has left at least; infinite if unknown. */
  timeLeft(session: BrowserSession): number {
    const left = earliestEnd(session) - serverTimeOf(uptime(), this.options.client.clock.offset)
    return Number.isNaN(left) ? Infinity : left
  }

  /** Closes a session. A failure is kept in `failures`. */
  close(id: string): Promise<void> {
    if (!this.open.has(id)) return Promise.resolve()
    this.open.delete(id)
    return this.closing.run(async () => {
      try {
        await closeSession(this.options.client, id, { waitSeconds: CLOSES_WITHIN })
        this.forget(id)
      } catch (error) {
        this.failures.push(asUnconfirmed(this.options.client, id, error))
      }
    })
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.open.keys()].map((id) => this.close(id)))
  }

  /** Notes that a session has ended. */
  forget(id: string): void {
    const { journal, ledger } = this.options
    this.open.delete(id)
    journal.note({ session: 'closed', session_id: id })
    const entry = this.entries.get(id)
    if (entry) ledger.remove(entry)
    this.entries.delete(id)
  }

  /** Sends a create once: if its answer is lost, it may still have made a session. */
  private async create(): Promise<BrowserSession> {
    const { client, journal, ledger, body, warn } = this.options
    const entry = ledger.open({
      held: true,
      createTakes: createTakes(client),
      timeout: body.timeout,
    })
    const { entry: opening } = entry
    const at = Math.round(serverTimeOf(uptime(), client.clock.offset))
    await journal.commit({ session: 'opening', opening, at })
    try {
      const session = await createBrowserSession(client, body, { maxRetries: 0 })
      const { browser_session_id: id } = session
      this.lostInARow = 0
      this.open.set(id, session)
      this.entries.set(id, entry)
      ledger.complete(entry, id, timeOf(session.created_at))
      await journal.commit({ session: 'open', opening, session_id: id })
      if (session.warning) warn(session.warning)
      return session
    } catch (error) {
      if (isInDoubt(error)) throw this.lost(error)
      if (error instanceof ApiError) {
        ledger.remove(entry)
        journal.note({ session: 'refused', opening })
      }
      throw error
    }
  }

  private lost(error: ApiError): Error {
    this.options.warn(`A create was not answered, and may have made a session: ${error.message}.`)
    return ++this.lostInARow < MOST_LOST ? new LostCreate() : error
  }

  private async whenReady(session: BrowserSession): Promise<BrowserSession> {
    if (isReady(session) || this.isLazy) return session
    return this.readiness.wait([session.browser_session_id], READY_WITHIN)
  }

  private async listStarting(poll: PollOptions): Promise<Set<string>> {
    const { client } = this.options
    const sessions = await getBrowserSessions(client, poll)
    if (this.isLazy === undefined && uptime() - this.started > LAZY_AFTER) {
      this.isLazy = await startsLazily(client)
    }
    if (this.isLazy) return new Set()
    const starting = sessions.filter((session) => !isReady(session) && !hasEnded(session))
    return new Set(starting.map(({ browser_session_id: id }) => id))
  }
}

/** A create was not answered. Another one may be sent. */
export class LostCreate extends Error {
  override readonly name = 'LostCreate'
}
