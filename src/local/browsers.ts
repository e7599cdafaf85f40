/** The browsers of this backend: their number, their user data folders, and what remains of these. */
import { mkdir, rename, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import type { LaunchOptions } from './browser.ts'
import { DialogPolicy } from './cdp/dialogs.ts'
import type { Multiplexer } from './cdp/multiplexer.ts'
import { copyProfile, restoreSessionCookies, saveSessionCookies } from './profile-data.ts'
import { HttpError } from './wire.ts'

/** Two cores can run four busy browsers; memory limits them to about eight. */
const LIMIT = Math.min(2 * availableParallelism(), 8)

/** Milliseconds that a browser without a session may live, as long as a session by default. */
const ALONE_FOR = 60 * 60_000

export class RunTimeout extends Error {
  constructor() {
    super('The run took longer than 60 minutes.')
  }
}

/** The browser for a run. If `signal` is aborted, the run must stop; its reason says why. */
export interface Workplace {
  context: BrowserContext
  signal: AbortSignal
  leave?(): Promise<void>
}

export interface OpenBrowser {
  context: BrowserContext
  /** The endpoint for CDP clients. */
  multiplexer: Multiplexer
  dialogs: DialogPolicy
  /** Settles when the browser has exited, whether it was asked to or not. */
  ended: Promise<void>
  /** Ends the browser. With `keepIn`, its state is saved there, including session cookies. */
  close(keepIn?: string): Promise<void>
}

export class Browsers {
  private running = 0

  /** `program` is called for each launch, because a browser may be installed or removed while the backend runs. */
  constructor(
    private readonly folder: string,
    private readonly program: (headed: boolean) => string | undefined,
  ) {}

  get count(): number {
    return this.running
  }

  requireRoom(): void {
    if (this.running < LIMIT) return
    throw new HttpError(
      429,
      `The embedded backend runs ${LIMIT} browsers at most. Close one first.`,
    )
  }

  /** Starts a browser for one run without a session. */
  async openAlone(runId: string, profile?: string): Promise<Workplace> {
    const { context, ended, close } = await this.open(runId, profile)
    const stop = new AbortController()
    const limit = setTimeout(() => stop.abort(new RunTimeout()), ALONE_FOR)
    void ended.then(() => {
      clearTimeout(limit)
      stop.abort(new Error('The browser of this run ended unexpectedly.'))
    })
    return { context, signal: stop.signal, leave: close }
  }

  /** Starts a browser in its own folder, or in a copy of a profile. 429 when too many are open. */
  async open(name: string, profile?: string, options: LaunchOptions = {}): Promise<OpenBrowser> {
    this.requireRoom()
    this.running += 1
    const folder = join(this.folder, name)
    try {
      const browser = await this.launch(folder, profile, options)
      await restoreSessionCookies(browser.context, folder).catch(async (error: unknown) => {
        await browser.close()
        throw error
      })
      closeCrashedTabs(browser.context)
      const close = async (keepIn?: string): Promise<void> => {
        if (keepIn !== undefined) await saveSessionCookies(browser.context, folder).catch(() => {})
        await browser.close()
        if (keepIn !== undefined) await keep(folder, keepIn)
        await rm(folder, { recursive: true, force: true, maxRetries: 5 })
      }
      const ended = browser.ended.then(() => {
        this.running -= 1
      })
      const { context, multiplexer } = browser
      const dialogs = new DialogPolicy(context, multiplexer)
      return { context, multiplexer, dialogs, ended, close }
    } catch (error) {
      this.running -= 1
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  }

  private async launch(
    folder: string,
    profile: string | undefined,
    options: LaunchOptions,
  ): ReturnType<typeof launchBrowser> {
    const { headed = false } = options
    if (headed) requireDisplay()
    const program = this.program(headed)
    if (program === undefined) {
      const kind = headed ? 'that opens a window (Chrome, Chromium or Edge) ' : ''
      const detail = `No browser ${kind}was found on this machine. See \`skyvern local doctor\`.`
      throw new HttpError(400, detail)
    }
    await mkdir(folder, { mode: 0o700 })
    if (profile !== undefined) await copyProfile(profile, folder)
    try {
      return await launchBrowser(program, folder, options)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new HttpError(400, `The browser ${program} could not be started: ${reason}`)
    }
  }
}

function requireDisplay(): void {
  if (process.platform !== 'linux') return
  if (process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']) return
  throw new HttpError(
    400,
    'There is no display for a window: DISPLAY is not set where the embedded backend runs. ' +
      'If it is set in this shell, `skyvern local stop` ends the backend that was started without it.',
  )
}

/** A crashed tab stays blank, so the next task needs a new one. */
function closeCrashedTabs(context: BrowserContext): void {
  context.pages().forEach(closeWhenCrashed)
  context.on('page', closeWhenCrashed)
}

function closeWhenCrashed(page: Page): void {
  page.on('crash', () => void page.close().catch(() => {}))
}

/** Copied, then renamed, so that a profile from `keepIn` is complete. */
async function keep(folder: string, keepIn: string): Promise<void> {
  await rm(keepIn, { recursive: true, force: true })
  await copyProfile(folder, `${keepIn}.partial`)
  await rename(`${keepIn}.partial`, keepIn)
}
