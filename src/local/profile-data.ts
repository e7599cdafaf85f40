/** What of a browser's user data folder is worth keeping, and the session cookies that no browser keeps. */
import { cp } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { BrowserContext, Cookie } from 'playwright-core'
import { writeJson } from './home.ts'
import { readJson } from '../system/files.ts'

/** The real server keeps them under the same name, for the same reason: a clean exit drops them. */
const SESSION_COOKIES = '.skyvern_session_cookies.json'

/** Rebuilt by the browser, or true of one process only. Never `*.log`: local storage lives in such files. */
const NOT_KEPT =
  /^(\.playwright-artifacts|Singleton.*|DevToolsActivePort|lockfile|Crashpad|BrowserMetrics.*|.*Cache|Cache_Data|component_crx_cache|Safe Browsing|optimization_guide.*|Variations|ShaderCache|segmentation_platform)$/

/** Copies a closed browser's folder. A running browser's would lack half a minute of cookies. */
export async function copyProfile(from: string, to: string): Promise<void> {
  await cp(from, to, {
    recursive: true,
    filter: (path) => path === from || !NOT_KEPT.test(basename(path)),
  })
}

export async function saveSessionCookies(context: BrowserContext, folder: string): Promise<void> {
  const cookies = await context.cookies()
  writeJson(
    join(folder, SESSION_COOKIES),
    cookies.filter((cookie) => cookie.expires === -1),
  )
}

export async function restoreSessionCookies(
  context: BrowserContext,
  folder: string,
): Promise<void> {
  const cookies = readJson(join(folder, SESSION_COOKIES)) as Cookie[] | undefined
  if (cookies !== undefined && cookies.length > 0) await context.addCookies(cookies)
}
