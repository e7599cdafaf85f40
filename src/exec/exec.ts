/**
 * Runs a command in a session. The session is ready before the command starts, and is closed exactly once, however the
 * command ends. Signals and crashes are caught before the create and until after the close, so none can skip the close.
 */
import type { Client } from '../http/request.ts'
import type { BrowserSession } from '../api/types.ts'
import { CliError } from '../errors.ts'
import { catchCrashes, Interrupted, interruptible } from '../interrupts.ts'
import type { Signal } from '../interrupts.ts'
import { Child, isTyped } from './child.ts'
import type { ChildEnd } from './child.ts'
import { abandonedClose, asUnconfirmed } from '../sessions/close.ts'
import { waitUntilReady } from '../sessions/wait.ts'

export interface ExecOptions {
  open: () => Promise<BrowserSession>
  /** Seconds within which the browser must be up. */
  readySeconds: number
  /** Starts the command. */
  start: (session: BrowserSession) => Child
  /** Closes the session and verifies it. Undefined leaves it open. */
  close: ((sessionId: string) => Promise<unknown>) | undefined
  warn: (text: string) => void
  /** Reports what is in doubt when a signal ends the process before the close is confirmed. */
  onAbandon: (error: CliError) => void
}

export interface ExecEnd {
  /** Undefined if the command was not started. */
  child: ChildEnd | undefined
  /** The signal that this process raises again at its end. */
  signal: Signal | undefined
  failure: unknown
  closeFailure: CliError | undefined
}

export async function execInSession(client: Client, options: ExecOptions): Promise<ExecEnd> {
  const run = new ExecRun(client, options)
  try {
    return await run.whole()
  } finally {
    run.release()
  }
}

class ExecRun {
  /** Handles a signal in the current phase. Outside of the phases it is only recorded. */
  private onSignal = (_signal: Signal): void => {}
  private interruptedBy: Signal | undefined
  private crash: unknown
  private readonly stop = new AbortController()
  private readonly releases: (() => void)[]

  constructor(
    private readonly client: Client,
    private readonly options: ExecOptions,
  ) {
    this.releases = [
      interruptible('command', { onSignal: (signal) => this.onSignal(signal) }).release,
      catchCrashes((error) => {
        if (this.crash !== undefined) return
        this.crash = error
        this.onSignal('SIGTERM')
      }),
    ]
    this.onSignal = this.interrupt
  }

  release(): void {
    for (const release of this.releases) release()
  }

  private readonly interrupt = (signal: Signal): void => {
    this.interruptedBy ??= signal
    this.stop.abort()
  }

  async whole(): Promise<ExecEnd> {
    const { browser_session_id: id } = await this.options.open()
    let child: ChildEnd | undefined
    let failure: unknown
    try {
      this.throwIfInterrupted()
      const session = await this.ready(id)
      this.throwIfInterrupted()
      child = await this.runCommand(session)
    } catch (error) {
      if (!this.interruptedBy) failure = error
    }
    const closeFailure = this.options.close && (await this.close(id, this.options.close))
    const signal = this.crash ? undefined : this.interruptedBy
    return { child, signal, failure: this.crash ?? failure, closeFailure }
  }

  private throwIfInterrupted(): void {
    if (this.interruptedBy) throw new Interrupted(this.interruptedBy)
  }

  private async ready(id: string): Promise<BrowserSession> {
    const { readySeconds, close } = this.options
    try {
      const { session } = await waitUntilReady(this.client, id, readySeconds, {
        abortSignal: this.stop.signal,
      })
      return session
    } catch (error) {
      if (!(error instanceof CliError) || error.code !== 'wait_timeout' || !close) throw error
      throw new CliError('wait_timeout', `Session ${id} was not ready within ${readySeconds} s.`, {
        sessionId: id,
        hint: 'It is being closed. To wait longer: `--wait-timeout 5m`',
      })
    }
  }

  private async runCommand(session: BrowserSession): Promise<ChildEnd> {
    const child = this.options.start(session)
    let given: { signal: Signal; typed: boolean } | undefined
    this.onSignal = (signal) => {
      const typed = isTyped(signal)
      // A typed signal may be a key that the command uses. One that was sent is meant for this process.
      if (!given || (given.typed && !typed)) given = { signal, typed }
      child.deliver(signal, typed)
    }
    try {
      const end = await child.ended
      if (given && isEndedBy(end, given)) this.interruptedBy = given.signal
      return end
    } finally {
      this.onSignal = this.interrupt
    }
  }

  private async close(
    id: string,
    close: (sessionId: string) => Promise<unknown>,
  ): Promise<CliError | undefined> {
    const { warn, onAbandon } = this.options
    const { release } = interruptible('close', {
      onSignal: () => warn(`Closing ${id} first…`),
      onAbandon: () => onAbandon(abandonedClose(this.client, id)),
    })
    try {
      await close(id)
      return undefined
    } catch (error) {
      return asUnconfirmed(this.client, id, error)
    } finally {
      release()
    }
  }
}

/**
 * Whether the command ended because of the signal. A command may handle a typed signal and continue; its own exit status
 * then counts.
 */
function isEndedBy({ code }: ChildEnd, { signal, typed }: { signal: Signal; typed: boolean }) {
  return code === null || !typed || code === (signal === 'SIGINT' ? 130 : 131)
}
