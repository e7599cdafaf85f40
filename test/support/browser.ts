/** A real browser on pages that a test writes down, for the steps. */
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext } from 'playwright-core'
import { afterEach, beforeAll, beforeEach } from 'vitest'
import { loadDriver } from '../../src/local/driver.ts'
import { carryOut, type TaskInput, type TaskResult } from '../../src/local/steps/index.ts'

const BROWSERS = [
  process.env['SKYVERN_BROWSER'],
  process.env['CHROME_PATH'],
  '/usr/lib/chromium/chromium-headless-shell',
  '/usr/lib/chromium/chromium',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Of this worker, for all of its files. It exits with the worker, which holds the pipe to it. */
let browser: Promise<Browser> | undefined
let context: BrowserContext | undefined

async function launchBrowser(): Promise<Browser> {
  const executablePath = BROWSERS.find((path) => path !== undefined && existsSync(path))
  if (executablePath === undefined) throw new Error('No Chromium was found; set SKYVERN_BROWSER.')
  const root = process.getuid?.() === 0
  return loadDriver().chromium.launch({ executablePath, args: root ? ['--no-sandbox'] : [] })
}

/** HTML, or what makes it of the request (its body given); `Location: /x` as text redirects, `Moved: /x` takes the form along, a number is a status. */
type Route =
  | string
  | number
  | ((request: IncomingMessage, body: string) => string | Promise<string>)
export type Site = Record<string, Route>

async function serve(site: Site): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site')
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const route = site[pathname] ?? 404
    const answer = typeof route === 'function' ? await route(request, body) : route
    const location = /^Location: (\S+)(?:; (\S+))?$/.exec(String(answer))
    const moved = /^Moved: (\S+)$/.exec(String(answer))?.[1]
    if (moved !== undefined) response.writeHead(307, { location: moved }).end()
    else if (location) {
      const cookie = location[2] === undefined ? {} : { 'set-cookie': `${location[2]}; Path=/` }
      response.writeHead(303, { location: location[1] ?? '/', ...cookie }).end()
    } else if (typeof answer === 'number') response.writeHead(answer).end(`status ${answer}`)
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(answer)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => void server.close(() => resolve()).closeAllConnections()),
  }
}

export interface Told {
  result: TaskResult
  log: string[]
}

type Input = Partial<Pick<TaskInput, 'url' | 'maxSteps' | 'signal' | 'patience' | 'schema'>>

export interface Stand {
  /** Of the test that runs: without cookies, and with a blank page at most. */
  context(): BrowserContext
  /** Serves a site for the length of the test; one text is its front page. */
  open(site: string | Site): Promise<string>
  /** Carries out a prompt with little patience, so that refusals come soon. */
  tell(prompt: string, input?: Input): Promise<Told>
  /** The same on a site's front page. */
  on(site: string | Site, prompt: string, input?: Input): Promise<Told>
  /** The output of a prompt on a page, or the reason why there is none. */
  outputOn(site: string | Site, prompt: string): Promise<unknown>
}

/**
 * Empties a context that has one page: a new one costs a process for its page. Every site has a port of its own, and with
 * it a storage of its own. False if the page does not let itself be left.
 */
async function isBlankAgain(context: BrowserContext): Promise<boolean> {
  const [page, ...others] = context.pages()
  if (page === undefined || others.length > 0) return false
  try {
    await page.goto('about:blank', { timeout: 1000 })
    await context.unrouteAll()
    await context.clearCookies()
    return true
  } catch {
    return false
  }
}

/** Rows of a table for the pages of tests. */
export const row = (...cells: string[]): string =>
  `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
export const head = (...cells: string[]): string =>
  `<thead><tr>${cells.map((cell) => `<th>${cell}</th>`).join('')}</tr></thead>`

/** A blank page of a context that knows nothing of earlier tests. */
export function useBrowser(): Stand {
  const sites: (() => Promise<void>)[] = []
  beforeAll(async () => {
    await (browser ??= launchBrowser())
  })
  beforeEach(async () => {
    context ??= await (await browser)?.newContext()
  })
  afterEach(async () => {
    if (context && !(await isBlankAgain(context))) {
      await context.close()
      context = undefined
    }
    await Promise.all(sites.splice(0).map((close) => close()))
  })

  const stand: Stand = {
    context() {
      if (!context) throw new Error('no test is running')
      return context
    },
    async open(site) {
      const { url, close } = await serve(typeof site === 'string' ? { '/': site } : site)
      sites.push(close)
      return url
    },
    async tell(prompt, input = {}) {
      const log: string[] = []
      const signal = AbortSignal.timeout(25_000)
      const task = { prompt, patience: 2500, signal, log: (line: string) => void log.push(line) }
      return { result: await carryOut(stand.context(), { ...task, ...input }), log }
    },
    on: async (site, prompt, input = {}) =>
      stand.tell(prompt, { url: await stand.open(site), ...input }),
    async outputOn(site, prompt) {
      const { result } = await stand.on(site, prompt)
      return result.status === 'completed' ? result.output : result.failureReason
    },
  }
  return stand
}
