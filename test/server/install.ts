/**
 * Installs the open-source Skyvern server from PyPI into a cached virtual environment, once per version, and gives
 * Playwright, which it brings along, a browser that is already on this machine.
 */
import { execFile } from 'node:child_process'
import { access, chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { findBrowser, installAdvice } from '../../src/local/find-browser.ts'

const run = promisify(execFile)

/** The newest release that the suite is known to pass on; `SKYVERN_SERVER_VERSION` tries another one. */
const testedVersion = '1.0.56'

// Playwright records a video of every page and dies where its ffmpeg is missing. Nobody looks at these videos: this one
// swallows the frames and leaves an empty file, its last argument.
const ffmpegStub = '#!/bin/sh\nfor last; do :; done\ncat >/dev/null\n: >"$last"\n'

// Where this Playwright expects its browser and its ffmpeg: both paths change with the release.
const expectedPaths = `
import json, pathlib, playwright
from playwright.sync_api import sync_playwright
listed = json.loads((pathlib.Path(playwright.__file__).parent / 'driver/package/browsers.json').read_text())
ffmpeg = next(b['revision'] for b in listed['browsers'] if b['name'] == 'ffmpeg')
with sync_playwright() as p:
    print(json.dumps({'chromium': p.chromium.executable_path, 'ffmpeg': 'ffmpeg-' + ffmpeg + '/ffmpeg-linux'}))
`

export interface Installation {
  version: string
  python: string
  /** What `PLAYWRIGHT_BROWSERS_PATH` must say. */
  browsers: string
}

/** Installs what is missing; about two minutes and one gigabyte the first time, a second after that. */
export async function install(): Promise<Installation> {
  const version = process.env.SKYVERN_SERVER_VERSION ?? testedVersion
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const home = join(cache, 'skyvern-cli', `server-${version}`)
  const python = join(home, 'venv', 'bin', 'python')
  const browsers = join(home, 'browsers')
  const finished = join(home, 'installed')
  if (!(await exists(finished))) {
    console.log(`installing skyvern ${version} into ${home}`)
    await rm(home, { recursive: true, force: true })
    await mkdir(home, { recursive: true })
    await run('python3', ['-m', 'venv', join(home, 'venv')])
    await run(python, ['-m', 'pip', 'install', '--quiet', `skyvern[server]==${version}`])
    await provideBrowser(python, browsers)
    await writeFile(finished, '')
  }
  return { version, python, browsers }
}

async function provideBrowser(python: string, browsers: string): Promise<void> {
  const { stdout } = await run(python, ['-c', expectedPaths], {
    env: { ...process.env, PLAYWRIGHT_BROWSERS_PATH: browsers },
  })
  const paths = JSON.parse(stdout) as { chromium: string; ffmpeg: string }
  await mkdir(dirname(paths.chromium), { recursive: true })
  await symlink(browserOfThisMachine(), paths.chromium)
  const ffmpeg = join(browsers, paths.ffmpeg)
  await mkdir(dirname(ffmpeg), { recursive: true })
  await writeFile(ffmpeg, ffmpegStub)
  await chmod(ffmpeg, 0o755)
}

/** The browser that the embedded backend would take: `CHROME_PATH`, else a headless shell or any Chromium. */
function browserOfThisMachine(): string {
  const found = findBrowser(process.env)
  if (found !== undefined) return found
  throw new Error(`no browser found: set CHROME_PATH, or install one: ${installAdvice().text}`)
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
