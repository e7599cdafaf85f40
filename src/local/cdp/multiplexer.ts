/**
 * One pipe to a browser, shared by the backend's own Playwright and any number of clients.
 *
 * Playwright has the connection itself. Each client gets a session at the level of the browser
 * (Target.attachToBrowserTarget), which looks like a connection from its side. Ids are counted anew here; an event
 * goes to the client that attached its session.
 */
import type { Readable, Writable } from 'node:stream'
import type { ConnectOverCDPTransport } from 'playwright-core'
import { openPipe } from './pipe.ts'
import type { Message, Params, Pipe } from './pipe.ts'
import { judge } from './rules.ts'

/** Commands of one client that the browser has not answered. */
const UNANSWERED_LIMIT = 10_000

const UNKNOWN_SESSION = { code: -32001, message: 'Session with given id not found.' }

/** The messages that a client receives. */
export interface ClientSide {
  deliver(message: Message): void
  /** The browser accepts messages again. */
  ready(): void
  /** The client asked the browser to close. The client is detached, the browser stays. */
  goodbye(): void
  /** The browser is ending. */
  end(reason: EndReason): void
}

export interface EndReason {
  /** Close codes, as in the cloud: 4408 expired, 4410 closed. */
  code: number
  text: string
}

export interface Channel {
  /** False if the client has to pause until `ready`. */
  send(message: Message): boolean
  leave(): void
}

/** An owner of attached sessions: a client, or the backend itself. */
interface Party {
  /** Its session at the level of the browser; undefined for the connection itself. */
  session: string | undefined
  unanswered: number
  deliver: (message: Message) => void
  /** Browser contexts that it has created. */
  contexts: Set<string>
}

interface Pending {
  sessionId: string | undefined
  /** The sender, if its commands are counted. */
  party: Party | undefined
  answered: (answer: Message) => void
}

const newParty = (deliver: Party['deliver']): Party => ({
  session: undefined,
  unanswered: 0,
  deliver,
  contexts: new Set(),
})

export class Multiplexer {
  /** For Playwright's `connectOverCDP`. */
  readonly own: ConnectOverCDPTransport
  private readonly pipe: Pipe
  private readonly self = newParty((message) => this.own.onmessage?.(message))
  private readonly clients = new Map<Party, ClientSide>()
  /** The owner of each attached session. */
  private readonly owners = new Map<string, Party>()
  /** Browser contexts of clients, including detached ones. */
  private readonly foreign = new Set<string>()
  private readonly pending = new Map<number, Pending>()
  private downloads: Params = {}
  private whenEmpty = (): void => {}
  private lastId = 0

  constructor(toBrowser: Writable, fromBrowser: Readable) {
    this.pipe = openPipe(toBrowser, fromBrowser, {
      message: (message) => {
        if (message.id === undefined) return this.spread(message)
        this.pending.get(message.id)?.answered(message)
        this.pending.delete(message.id)
      },
      ready: () => this.clients.forEach((side) => side.ready()),
      close: () => {
        this.endClients({ code: 4410, text: 'The browser of this session has ended.' })
        for (const { answered } of this.pending.values()) answered(failure('It has ended.'))
        this.pending.clear()
        this.own.onclose?.()
      },
    })
    this.own = {
      send: (message) => this.takeOwn(message as Message),
      close: () => this.pipe.close(),
    }
  }

  get clientCount(): number {
    return this.clients.size
  }

  /** Called whenever the last client has detached. */
  setWhenEmpty(whenEmpty: () => void): void {
    this.whenEmpty = whenEmpty
  }

  async attach(side: ClientSide): Promise<Channel> {
    const party = newParty((message) => side.deliver(message))
    this.clients.set(party, side)
    const { sessionId } = await this.ask('Target.attachToBrowserTarget').catch((error: unknown) => {
      this.clients.delete(party)
      throw error
    })
    party.session = String(sessionId)
    this.owners.set(party.session, party)
    const send = (message: Message): boolean => this.takeFrom(party, side, message)
    return { send, leave: () => this.detach(party) }
  }

  /** A command of the backend itself, beside Playwright's. */
  ask(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    return new Promise((resolve, reject) => {
      this.send({ method, params }, sessionId, ({ result, error }) =>
        error === undefined ? resolve(result ?? {}) : reject(new Error(error.message)),
      )
    })
  }

  /** Tells every client that the browser is ending, and why. */
  endClients(reason: EndReason): void {
    for (const side of this.clients.values()) side.end(reason)
    this.clients.clear()
  }

  private takeOwn(message: Message): void {
    const { method, params } = message
    if (method === 'Browser.setDownloadBehavior') this.downloads = params ?? {}
    this.forward(this.self, message)
  }

  private takeFrom(party: Party, side: ClientSide, message: Message): boolean {
    const { id, method = '', params = {}, sessionId } = message
    const answer = (content: Partial<Message>): boolean => {
      party.deliver({ id, sessionId, ...content })
      return true
    }
    if (sessionId !== undefined && this.owners.get(sessionId) !== party) {
      return answer({ error: UNKNOWN_SESSION })
    }
    if (party.unanswered >= UNANSWERED_LIMIT) return answer(failure('Too many are unanswered.'))
    const { downloads } = this
    const verdict = judge(method, params, { downloads, contexts: party.contexts })
    if ('refusal' in verdict) return answer(failure(verdict.refusal))
    if ('params' in verdict) return this.forward(party, { ...message, params: verdict.params })
    answer({ result: {} })
    side.goodbye()
    return true
  }

  private forward(party: Party, message: Message): boolean {
    const { id, method, params, sessionId } = message
    party.unanswered += 1
    const answered = ({ result, error }: Message): void => {
      party.unanswered -= 1
      if (method === 'Target.createBrowserContext' && result !== undefined && party !== this.self) {
        party.contexts.add(String(result['browserContextId']))
        this.foreign.add(String(result['browserContextId']))
      }
      party.deliver({ id, sessionId, result, error })
    }
    return this.send({ method, params }, sessionId ?? party.session, answered, party)
  }

  private send(
    message: Message,
    sessionId: string | undefined,
    answered: Pending['answered'],
    party?: Party,
  ): boolean {
    const id = (this.lastId += 1)
    this.pending.set(id, { sessionId, party, answered })
    return this.pipe.send({ ...message, id, sessionId })
  }

  private spread(event: Message): void {
    const { method, params = {}, sessionId } = event
    const party = sessionId === undefined ? this.self : this.owners.get(sessionId)
    if (party === undefined) return
    const child = String(params['sessionId'])
    if (method === 'Target.attachedToTarget') {
      // Playwright would treat a page of an unknown context as one of the session.
      if (party === this.self && this.foreign.has(contextOf(params))) return this.release(child)
      this.owners.set(child, party)
    }
    if (method === 'Target.detachedFromTarget') this.forget(child)
    party.deliver(sessionId === party.session ? { method, params } : event)
  }

  /** Commands that a page has not answered when it closes are never answered. */
  private forget(sessionId: string): void {
    this.owners.delete(sessionId)
    for (const [id, asked] of this.pending) {
      if (asked.sessionId !== sessionId) continue
      this.pending.delete(id)
      if (asked.party) asked.party.unanswered -= 1
    }
  }

  /** Detaches from a page, which may be waiting for its debuggers before it starts. */
  private release(sessionId: string): void {
    this.ask('Runtime.runIfWaitingForDebugger', {}, sessionId).catch(ignore)
    this.ask('Target.detachFromTarget', { sessionId }).catch(ignore)
  }

  private detach(party: Party): void {
    this.clients.delete(party)
    party.deliver = () => {}
    for (const [session, owner] of this.owners) if (owner === party) this.forget(session)
    this.ask('Target.detachFromTarget', { sessionId: party.session }).catch(ignore)
    // Chromium resets the client's download settings, and with them the backend's.
    this.ask('Browser.setDownloadBehavior', this.downloads).catch(ignore)
    if (this.clients.size === 0) this.whenEmpty()
  }
}

/** The error for commands that an ending browser does not answer. */
const ignore = (): void => {}

function failure(message: string): Partial<Message> {
  return { error: { code: -32000, message } }
}

function contextOf(params: Params): string {
  return String((params['targetInfo'] as Params | undefined)?.['browserContextId'])
}
