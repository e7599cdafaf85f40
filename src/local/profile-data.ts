/** The files of a user data folder that a profile needs, and the session cookies, which browsers do not store. */
import { cp } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { BrowserContext, Cookie } from 'playwright-core'
import { writeJson } from './home.ts'
import { readJson } from '../system/files.ts'

/** The real server keeps them under the same name, for the same reason: a clean exit drops them. */
const SESSION_COOKIES = '.skyvern_session_cookies.json'

/** Files that the browser rebuilds, or that concern one process only. Never add `*.log`: local storage uses such files. */
const NOT_KEPT =
  /^(\.playwright-artifacts|Singleton.*|DevToolsActivePort|lockfile|Crashpad|BrowserMetrics.*|.*Cache|Cache_Data|component_crx_cache|Safe Browsing|optimization_guide.*|Variations|ShaderCache|segmentation_platform)$/

/** Copies the folder of a closed browser. A running browser has not yet written the cookies of the last half minute. */
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
