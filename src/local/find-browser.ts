/** Which browser on this machine the sessions run in, and what to do when there is none. */
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * A headless shell comes first: it is ready in a quarter of the time, needs half the memory, and a window is never
 * opened anyway.
 */
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

/** Debian's commands are scripts around these; the headless shell's does not even exec. */
const BEHIND_SCRIPTS: Record<string, string> = {
  'chromium-headless-shell': '/usr/lib/chromium/chromium-headless-shell',
  chromium: '/usr/lib/chromium/chromium',
}

/**
 * Path of the browser's own binary: `CHROME_PATH`, then the `PATH`, then the places where installers put it.
 * undefined when there is none, or when `CHROME_PATH` leads nowhere: a wrong choice is not passed over in silence.
 */
export function findBrowser(env: NodeJS.ProcessEnv): string | undefined {
  if (env['CHROME_PATH']) return isProgram(env['CHROME_PATH']) ? env['CHROME_PATH'] : undefined
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
  for (const name of NAMES) {
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

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

export interface InstallAdvice {
  /** Commands to try in turn, for root where that is safe to do unasked; [] where it is not. */
  commands: string[][]
  /** The same for a person to read and run. */
  text: string
}

export function installAdvice(): InstallAdvice {
  const root = process.getuid?.() === 0
  const install = ['apt-get', 'install', '-y', '--no-install-recommends']
  switch (systemName()) {
    case 'debian':
      return {
        commands: root
          ? [
              [...install, 'chromium-headless-shell'],
              [...install, 'chromium'],
            ]
          : [],
        text: `${root ? '' : 'sudo '}${install.join(' ')} chromium-headless-shell`,
      }
    case 'fedora':
      return { commands: [], text: `${root ? '' : 'sudo '}dnf install chromium-headless` }
    case 'alpine':
      return { commands: [], text: `${root ? '' : 'sudo '}apk add chromium` }
    case 'arch':
      return { commands: [], text: `${root ? '' : 'sudo '}pacman -S chromium` }
    case 'darwin':
      return { commands: [], text: 'brew install --cask google-chrome' }
    case 'win32':
      return { commands: [], text: 'winget install Google.Chrome' }
    default:
      return {
        commands: [],
        text: 'install Google Chrome from https://www.google.com/chrome, or set CHROME_PATH',
      }
  }
}

/** Distributions by their own name. Ubuntu is not Debian here: its chromium package is a snap. */
function systemName(): string {
  if (process.platform !== 'linux') return process.platform
  try {
    return /^ID="?([a-z]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'linux'
  } catch {
    return 'linux'
  }
}
