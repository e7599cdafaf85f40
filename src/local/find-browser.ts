/** Finds the browser for sessions on this machine, or says how to install one. */
import { readFileSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { isProgram } from '../system/programs.ts'

/** A headless shell comes first: it starts in a quarter of the time and needs half the memory. It cannot open windows. */
const NAMES = [
  'chromium-headless-shell',
  'chrome-headless-shell',
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
  'brave-browser',
]

const HEADLESS = /headless[-_]shell/

/** Debian's commands are scripts that start these; that of the headless shell does not use exec. */
const BEHIND_SCRIPTS: Record<string, string> = {
  'chromium-headless-shell': '/usr/lib/chromium/chromium-headless-shell',
  chromium: '/usr/lib/chromium/chromium',
}

/**
 * Path of the browser's own binary: `CHROME_PATH`, then the `PATH`, then the usual folders. With `headed`, only browsers
 * that can open a window. undefined if none is found, or if `CHROME_PATH` is wrong: an explicit choice is never replaced
 * silently.
 */
export function findBrowser(env: NodeJS.ProcessEnv, headed = false): string | undefined {
  const chosen = env['CHROME_PATH']
  if (chosen) return isProgram(chosen) && !(headed && HEADLESS.test(chosen)) ? chosen : undefined
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
  for (const name of NAMES.filter((known) => !headed || !HEADLESS.test(known))) {
    const behind = BEHIND_SCRIPTS[name]
    if (behind !== undefined && isProgram(behind)) return behind
    const found = folders.map((folder) => join(folder, name)).find(isProgram)
    if (found !== undefined) return realpathSync(found)
  }
  return installedAt(env).find(isProgram)
}

function installedAt(env: NodeJS.ProcessEnv): string[] {
  if (process.platform === 'darwin') {
    const names = ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser']
    return ['/Applications', join(env['HOME'] ?? '', 'Applications')].flatMap((folder) =>
      names.map((name) => join(folder, `${name}.app`, 'Contents', 'MacOS', name)),
    )
  }
  if (process.platform === 'win32') {
    const roots = [env['LOCALAPPDATA'], env['PROGRAMFILES'], env['PROGRAMFILES(X86)']]
    const programs = [
      'Google\\Chrome\\Application\\chrome.exe',
      'Chromium\\Application\\chrome.exe',
    ]
    const all = [...programs, 'Microsoft\\Edge\\Application\\msedge.exe']
    return roots.flatMap((root) => (root ? all.map((program) => join(root, program)) : []))
  }
  return ['/opt/google/chrome/chrome', '/opt/microsoft/msedge/msedge', '/snap/bin/chromium']
}

export interface InstallAdvice {
  /** Commands to try in turn until one succeeds, for root where they are safe without asking; otherwise []. */
  commands: string[]
  /** What a person should run or do. */
  text: string
}

export function installAdvice(): InstallAdvice {
  const sudo = process.getuid?.() === 0 ? '' : 'sudo '
  switch (systemName()) {
    case 'debian': {
      const install = 'apt-get install -y --no-install-recommends'
      const packages = ['chromium-headless-shell', 'chromium']
      const all = packages.map((name) => `apt-get update && ${install} ${name}`)
      return { commands: sudo ? [] : all, text: `\`${sudo}${install} chromium-headless-shell\`` }
    }
    case 'fedora':
      return { commands: [], text: `\`${sudo}dnf install chromium-headless\`` }
    case 'alpine':
      return { commands: [], text: `\`${sudo}apk add chromium\`` }
    case 'arch':
      return { commands: [], text: `\`${sudo}pacman -S chromium\`` }
    case 'darwin':
      return { commands: [], text: '`brew install --cask google-chrome`' }
    case 'win32':
      return { commands: [], text: '`winget install Google.Chrome`' }
    default:
      return { commands: [], text: 'Google Chrome, from https://www.google.com/chrome' }
  }
}

/** Distributions by their ID. Ubuntu differs from Debian: its chromium package is a snap. */
function systemName(): string {
  if (process.platform !== 'linux') return process.platform
  try {
    return /^ID="?([a-z]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'linux'
  } catch {
    return 'linux'
  }
}
