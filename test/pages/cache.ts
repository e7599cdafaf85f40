/** Applications and libraries of others, installed from their registries into a cache outside of the repository. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const NPM = [
  'admin-lte@3.2.0',
  'ag-grid-community@33',
  'datatables.net@2',
  'datatables.net-dt@2',
  'gridjs@6',
  'jquery@3',
  'node-red@4',
  'select2@4',
  '@shoelace-style/shoelace@2',
  'tabulator-tables@6',
]
const PYTHON = ['django==5.2.*', 'flask-admin==2.2.*', 'flask-sqlalchemy==3.1.*', 'miniwob==1.1.*']

export interface Cache {
  /** Folder of the npm packages. */
  modules: string
  python: string
  /** Folder of MiniWoB's pages. */
  miniwob: string
}

/** Installs what is not there yet; that takes some minutes and 700 MB. */
export async function openCache(): Promise<Cache> {
  const folder =
    process.env['SKYVERN_PAGES_CACHE'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'skyvern-cli-pages')
  mkdirSync(folder, { recursive: true })
  const [npm, py] = [join(folder, 'npm'), join(folder, 'py')]
  await once(join(folder, 'npm.done'), async () => {
    mkdirSync(npm, { recursive: true })
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts']
    await run('npm', ['install', ...quiet, '--prefix', npm, ...NPM], { cwd: npm })
  })
  await once(join(folder, 'py.done'), async () => {
    await run('python3', ['-m', 'venv', py])
    await run(join(py, 'bin', 'pip'), ['install', '--quiet', ...PYTHON])
  })
  const lib = join(py, 'lib')
  const [version = ''] = readdirSync(lib)
  return {
    modules: join(npm, 'node_modules'),
    python: join(py, 'bin', 'python'),
    miniwob: join(lib, version, 'site-packages', 'miniwob', 'html'),
  }
}

async function once(mark: string, work: () => Promise<void>): Promise<void> {
  if (existsSync(mark)) return
  await work()
  writeFileSync(mark, '')
}
