/** The clients, installed once from npm and PyPI into the cache, outside of this repository. */
import { execFile } from 'node:child_process'
import { access, mkdir, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { install } from '../server/install.ts'

const run = promisify(execFile)

export const NODE_CLIENTS = { 'playwright-core': '1.65.1', 'puppeteer-core': '24.43.1' }

/** A folder whose node_modules has them. */
export async function installNodeClients(): Promise<string> {
  const names = Object.entries(NODE_CLIENTS).map(([name, version]) => `${name}@${version}`)
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const folder = join(cache, 'skyvern-cli', `clients-${names.join('-')}`)
  const finished = join(folder, 'installed')
  if (await exists(finished)) return folder
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"private":true}')
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...names], {
    cwd: folder,
  })
  await writeFile(finished, '')
  return folder
}

/** The official Python package: SDK, command line and Playwright. @returns the folder of its programs */
export async function installPythonClients(): Promise<{ programs: string; version: string }> {
  const { python, version } = await install()
  return { programs: join(python, '..'), version }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
