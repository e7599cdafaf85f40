// Brings a fresh clone to where a command can run: installs the packages, builds, and (with --browser) makes sure
// that a browser is there. Does nothing that is already done.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

function run(command, ...args) {
  console.error(`$ ${[command, ...args].join(' ')}`)
  const shell = process.platform === 'win32'
  const { status } = spawnSync(command, args, { cwd: root, shell, stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(status ?? 1)
}

const age = (path) => (existsSync(join(root, path)) ? statSync(join(root, path)).mtimeMs : 0)
const newest = (folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((file) => age(join(folder, file)))
    .reduce((a, b) => Math.max(a, b), 0)

if (age('node_modules/.package-lock.json') < age('package-lock.json')) {
  run('npm', 'ci', '--no-audit', '--no-fund')
}
if (age('dist/main.cjs') < Math.max(newest('src'), newest('.config'), age('package.json'))) {
  run('npm', 'run', '--silent', 'build')
}
if (process.argv.includes('--browser')) run('node', 'bin/skyvern.cjs', 'local', 'doctor', '--fix')
