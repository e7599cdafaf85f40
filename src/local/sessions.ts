/** Browser sessions: a stored record, and a real browser while the session is open. */
import { join } from 'node:path'
import type { BrowserContext, Download, Page } from 'playwright-core'
import type { Artifacts } from './artifacts.ts'
import type { Browsers, OpenBrowser, Workplace } from './browsers.ts'
import type { Multiplexer } from './cdp/multiplexer.ts'
import type { Records } from './records.ts'
import { closedReason, crashedReason, endedReason, extendedLife } from './session-record.ts'
import { newSession } from './session-record.ts'
import type { SessionOptions, SessionRecord } from './session-record.ts'
import { HttpError, isDiskFull, newId, notFound, parseWireTime, wireTime } from './wire.ts'

const MINUTE = 60_000

type Ending = 'completed' | 'failed' | 'timeout'

interface Live {
  browser: OpenBrowser
  /** Aborted when the session is about to end; the reason becomes the failure of its run. */
  stop: AbortController
  /** Resolves when the run in it has released the browser. */
  occupied: Promise<unknown>
  ending?: Promise<void>
}

export class Sessions {
  private readonly live = new Map<string, Live>()

  constructor(
    private readonly records: Records<SessionRecord>,
    private readonly browsers: Browsers,
    private readonly archives: string,
    private readonly artifacts: Artifacts,
    private readonly now: () => number,
  ) {
    // Sessions that were open when the last backend died. Their browsers died too.
    for (const record of this.records.newestFirst()) {
      if (record.completed_at === null) this.finish(record.browser_session_id, 'failed')
    }
  }

  /** Resolves when the browser is ready; `profile` is the folder to start from. */
  async create(options: SessionOptions, profile?: string): Promise<SessionRecord> {
    const created = this.now()
    const id = newId('pbs', created)
    const timezone = options.browser_settings?.timezone_id ?? undefined
    const { headed, insecure_tls: insecureTls } = options
    const browser = await this.browsers.open(id, profile, { headed, insecureTls, timezone })
    const live: Live = { browser, stop: new AbortController(), occupied: Promise.resolve() }
    this.live.set(id, live)
    try {
      this.records.put(id, newSession(id, options, { created, started: this.now() }))
    } catch (error) {
      // No client knows this session, so its browser is closed.
      this.live.delete(id)
      await browser.close()
      throw isDiskFull(error)
        ? new HttpError(400, 'The disk is full: no session was created')
        : error
    }
    onDownload(browser.context, (download) => void this.keepDownload(id, download))
    void browser.ended.then(() => this.lost(id))
    return this.get(id)
  }

  get(id: string): SessionRecord {
    const record = this.records.get(id)
    if (record === undefined) throw notFound(`Browser session ${id} not found`)
    return record
  }

  newestFirst(): SessionRecord[] {
    return this.records.newestFirst()
  }

  find(id: string): SessionRecord | undefined {
    return this.records.get(id)
  }

  update(id: string, change: Partial<SessionRecord>): SessionRecord {
    const record = { ...this.get(id), ...change, modified_at: wireTime(this.now()) }
    this.records.put(id, record)
    return record
  }

  /** Extends the session; returns the minutes that were added. */
  extend(id: string, minutes: number): { session: SessionRecord; granted: number } {
    const { timeout, granted } = extendedLife(this.get(id), minutes, this.now())
    return { session: this.update(id, { timeout }), granted }
  }

  async open(id: string, url: string, timeout: number): Promise<void> {
    const context = this.live.get(id)?.browser.context
    const page = context?.pages()[0] ?? (await context?.newPage())
    await page?.goto(url, { timeout })
  }

  /** Allows one run at a time. Throws the real server's failure reason otherwise. */
  claim(id: string, runType: string, runId: string, until: Promise<void> | undefined): Workplace {
    const live = this.live.get(id)
    const record = this.get(id)
    if (live === undefined || live.stop.signal.aborted) throw new Error(closedReason(id))
    if (record.runnable_id !== null) {
      throw new Error(
        `Browser session ${id} is already occupied by ${record.runnable_id}. ` +
          'Wait for that run to finish or cancel it, then retry.',
      )
    }
    this.update(id, { runnable_type: runType, runnable_id: runId })
    const { dialogs } = live.browser
    dialogs.leaveToRun(true)
    const leave = (): unknown => {
      dialogs.leaveToRun(false)
      return this.update(id, { runnable_type: null, runnable_id: null })
    }
    live.occupied = Promise.resolve(until).then(leave, leave)
    return { context: live.browser.context, signal: live.stop.signal }
  }

  /** The CDP endpoint of the session's browser; 410 if it has ended. */
  multiplexer(id: string): Multiplexer {
    const live = this.live.get(id)
    if (live === undefined || live.ending !== undefined) {
      throw new HttpError(410, endedReason(this.get(id)))
    }
    return live.browser.multiplexer
  }

  /** Ends the session once, even if called several times. Resolves when its browser has exited. */
  async end(id: string, ending: Ending): Promise<void> {
    const live = this.live.get(id)
    if (live === undefined) return
    live.ending ??= this.conclude(id, live, ending)
    await live.ending
  }

  /** Ends sessions past their timeout. It uses the wall clock, so that the sleep of a laptop counts. */
  async sweep(): Promise<void> {
    const due = [...this.live.keys()].filter((id) => {
      const { started_at, timeout } = this.get(id)
      const lifetime = timeout === null ? Infinity : timeout * MINUTE
      return started_at !== null && this.now() >= parseWireTime(started_at) + lifetime
    })
    await Promise.all(due.map((id) => this.end(id, 'timeout')))
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.live.keys()].map((id) => this.end(id, 'completed')))
  }

  /** When it ended, in milliseconds; 0 if unknown. */
  endOf(id: string): number {
    const ended = this.find(id)?.completed_at
    return ended ? parseWireTime(ended) : 0
  }

  /** The folder with the state of an ended session, for a later profile. */
  archive(id: string): string {
    return join(this.archives, id)
  }

  /** Called when the browser has exited; ignored if the session is ending. */
  private async lost(id: string): Promise<void> {
    if (this.live.get(id)?.ending === undefined) this.finish(id, 'failed')
    await this.end(id, 'failed')
  }

  private async conclude(id: string, live: Live, ending: Ending): Promise<void> {
    const text = ending === 'failed' ? crashedReason(id) : closedReason(id)
    live.stop.abort(new Error(text))
    live.browser.multiplexer.endClients({ code: ending === 'timeout' ? 4408 : 4410, text })
    const { generate_browser_profile, browser_profile_id } = this.get(id)
    const keeps = generate_browser_profile || browser_profile_id !== null
    try {
      await live.browser.close(keeps ? this.archive(id) : undefined)
      await live.occupied
    } finally {
      this.live.delete(id)
      this.finish(id, ending)
    }
  }

  /** Keeps the downloads that an attached client causes. Runs keep their own. */
  private async keepDownload(id: string, download: Download): Promise<void> {
    if (this.get(id).runnable_id !== null) return
    const path = await download.path().catch(() => undefined)
    if (path === undefined) return
    const origin = { run_id: null, browser_session_id: id }
    await this.artifacts.keepDownload(download.suggestedFilename(), path, origin).catch(() => {})
  }

  private finish(id: string, ending: Ending): void {
    this.update(id, {
      status: ending,
      completed_at: this.get(id).completed_at ?? wireTime(this.now()),
      runnable_type: null,
      runnable_id: null,
    })
  }
}

function onDownload(context: BrowserContext, note: (download: Download) => void): void {
  const watch = (page: Page): void => void page.on('download', note)
  context.pages().forEach(watch)
  context.on('page', watch)
}
