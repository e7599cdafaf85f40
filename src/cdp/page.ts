/** The page that a session shows: its picture and its text. */
import { setTimeout as sleep } from 'node:timers/promises'
import { CliError } from '../errors.ts'
import type { Connection } from './connection.ts'

/** Milliseconds. */
const ANSWERS_WITHIN = 2_000

interface Target {
  targetId: string
  type: string
  url: string
  title: string
  browserContextId?: string
}

interface FrameTree {
  frame: { id: string }
  childFrames?: FrameTree[]
}

export interface AttachedPage {
  url: string
  title: string
  send: (method: string, params?: Record<string, unknown>) => Promise<Record<string, unknown>>
}

/**
 * Attaches to the page that a person would look at: among the visible pages, the one that was loaded last. Pages in
 * browser contexts of other clients are left out. @throws CliError `not_found` if no page is open
 */
export async function attachToPage(browser: Connection): Promise<AttachedPage> {
  const { browserContextIds } = await browser.send('Target.getBrowserContexts')
  const { targetInfos } = await browser.send('Target.getTargets')
  const foreign = new Set(browserContextIds as string[])
  const targets = (targetInfos as Target[]).filter(
    ({ type, url, browserContextId = '' }) =>
      type === 'page' &&
      !foreign.has(browserContextId) &&
      !/^(devtools|chrome-extension):/.test(url),
  )
  const pages = await Promise.all(targets.map((target) => attach(browser, target)))
  const [first, ...others] = pages
  if (first === undefined) throw new CliError('not_found', 'The browser has no page open.')
  if (others.length === 0) return first
  const ranked = await Promise.all(pages.map(async (page) => ({ page, rank: await rankOf(page) })))
  return ranked.reduce((best, next) => (next.rank > best.rank ? next : best)).page
}

async function attach(
  browser: Connection,
  { targetId, url, title }: Target,
): Promise<AttachedPage> {
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true })
  return { url, title, send: (method, params) => browser.send(method, params, String(sessionId)) }
}

/** The time when it was loaded, doubled if it is visible. A page with an open dialog does not answer, and ranks first. */
async function rankOf(page: AttachedPage): Promise<number> {
  const expression = 'performance.timeOrigin * (document.visibilityState === "visible" ? 2 : 1)'
  const asked = page.send('Runtime.evaluate', { expression, returnByValue: true })
  const answer = await Promise.race([
    asked,
    sleep(ANSWERS_WITHIN, undefined, { ref: false }),
  ]).catch(() => undefined)
  return Number((answer?.['result'] as { value?: unknown } | undefined)?.value ?? Infinity)
}

export type PictureFormat = 'png' | 'jpeg' | 'webp'

/** The visible part of the page, or the full page. */
export async function picture(
  page: AttachedPage,
  { format, fullPage }: { format: PictureFormat; fullPage: boolean },
): Promise<Buffer> {
  const whole = fullPage ? await wholePage(page) : {}
  const { data } = await page.send('Page.captureScreenshot', { format, ...whole })
  return Buffer.from(String(data), 'base64')
}

async function wholePage(page: AttachedPage): Promise<Record<string, unknown>> {
  const { cssContentSize } = await page.send('Page.getLayoutMetrics')
  const { width, height } = cssContentSize as { width: number; height: number }
  return { captureBeyondViewport: true, clip: { x: 0, y: 0, width, height, scale: 1 } }
}

/** The visible text, that of frames after the page's own. Frames of other sites run in other processes and are left out. */
export async function pageText(page: AttachedPage): Promise<string> {
  const { frameTree } = await page.send('Page.getFrameTree')
  const texts: string[] = []
  for (const frameId of framesOf(frameTree as FrameTree)) {
    // In an isolated world, scripts of the page cannot change what is read.
    const world = await page.send('Page.createIsolatedWorld', { frameId }).catch(() => undefined)
    if (world === undefined) continue
    const { result } = await page.send('Runtime.evaluate', {
      expression: 'document.body?.innerText ?? ""',
      contextId: world['executionContextId'],
      returnByValue: true,
    })
    texts.push(String((result as { value?: unknown }).value ?? '').trim())
  }
  return texts.filter((text) => text !== '').join('\n\n')
}

function framesOf({ frame, childFrames = [] }: FrameTree): string[] {
  return [frame.id, ...childFrames.flatMap(framesOf)]
}
