/**
 * Brings a fresh clone to where a command can run: installs the packages, builds, and (with --browser) makes sure that a
 * browser is there. Does nothing that is already done. npm runs it too before it packs or installs this folder, so that
 * no package without dist/ is made. Old versions of Node have to be able to read this file: they are told what is missing.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const LOG = '.setup.log'
let log = ''

async function main() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(
      `skyvern-cli needs Node.js 20.19 or newer, and this is ${process.version} at ${process.execPath}: ` +
        'install a current one from https://nodejs.org/en/download and run the command again.',
    )
  }
  if (isLinkedFromCache()) {
    fail(
      'npm would link the global command to a temporary clone that it deletes (npm/cli issue 6984). ' +
        'Add --install-links to the command.',
    )
  }
  if (age('node_modules/.package-lock.json') < age('package-lock.json')) {
    // No package needs a script of its own, and the script of this one is what is running.
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund']
    await step('Packages installed', ['npm', 'ci', ...flags], whyInstallFailed)
  }
  if (age('dist/main.cjs') < Math.max(newest('src'), newest('.config'), age('package.json'))) {
    await step('Built', ['npm', 'run', '--silent', 'build'], lastLines)
  }
  if (process.argv.includes('--browser')) {
    const doctor = ['bin/skyvern.cjs', 'local', 'doctor', '--fix']
    const options = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] }
    const { status } = spawnSync(process.execPath, doctor, options)
    if (status !== 0) process.exit(1)
  }
}

/** Whether this is `npm install --global git+…` without --install-links: it ends well and leaves a broken link. */
function isLinkedFromCache() {
  const { npm_config_global: global, npm_config_install_links: copied } = process.env
  return /[/\\]_cacache[/\\]tmp[/\\]/.test(root) && global === 'true' && copied !== 'true'
}

/** Modification time in milliseconds of a file in the clone; 0 where it is missing. */
function age(path) {
  return existsSync(join(root, path)) ? statSync(join(root, path)).mtimeMs : 0
}

function newest(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .map((entry) => join(folder, entry.name) + (entry.isDirectory() ? '/' : ''))
    .map((path) => (path.endsWith('/') ? newest(path) : age(path)))
    .reduce((latest, time) => Math.max(latest, time), 0)
}

/** Runs a command: one line on stderr when it has ended, what it said in the log. */
async function step(done, command, explain) {
  const started = Date.now()
  const stopAnimation = animate(command.join(' '))
  const { status, output } = await run(command)
  stopAnimation()
  log += `$ ${command.join(' ')}\n${output}\n`
  try {
    writeFileSync(join(root, LOG), log)
  } catch {
    // A clone that cannot be written to fails with a reason of its own.
  }
  if (status !== 0)
    fail(`\`${command.join(' ')}\` failed. ${explain(output)}\nThe log: ${join(root, LOG)}`)
  console.error(`✓ ${done} in ${((Date.now() - started) / 1000).toFixed(1)} s (log: ${LOG})`)
}

function run([command, ...args]) {
  const shell = process.platform === 'win32'
  const stdio = ['ignore', 'pipe', 'pipe']
  const child = spawn(command, args, { cwd: root, env: environment(), shell, stdio })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => (output += chunk))
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ status: 1, output: `${output}${error.message}\n` }))
    child.on('close', (status) => resolve({ status, output }))
  })
}

/**
 * npm passes the options of its own command on: for `npm install --global .` and `npm publish --dry-run` the packages
 * would be installed globally, or not at all. What says where packages come from stays.
 */
function environment() {
  const origin =
    /^npm_config_(registry|cache|(user|global)config|(prefer_)?offline|strict_ssl|ca|cafile|cert|key|.*proxy|fetch_.*|[@/].*)$/i
  const names = Object.keys(process.env)
  const kept = names.filter((name) => !/^npm_config_/i.test(name) || origin.test(name))
  return Object.fromEntries(kept.map((name) => [name, process.env[name]]))
}

const UNREACHABLE =
  /\b(ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|E?TIMEDOUT|ERR_SOCKET_TIMEOUT|E407|E5\d\d)\b/
const UNWRITABLE = /\b(EACCES|EPERM|EROFS|ENOSPC)\b/

function whyInstallFailed(output) {
  if (/spawn npm ENOENT/.test(output)) return 'npm, which comes with Node.js, is not in PATH.'
  const unwritable = UNWRITABLE.exec(output)
  if (unwritable !== null) {
    return `npm cannot write to node_modules in ${root}, or to its cache (${unwritable[1]}). Make them writable, then run the command again.`
  }
  const unreachable = UNREACHABLE.exec(output)
  if (unreachable === null) return lastLines(output)
  return (
    `npm cannot reach its package registry (${unreachable[1]}), and its cache does not have the packages. ` +
    'Connect to the network, or name a registry that this machine reaches with `npm config set registry <url>`, then run the command again.'
  )
}

function lastLines(output) {
  return `Its last words:\n${output.trim().split('\n').slice(-12).join('\n')}`
}

/** Shows what is under way where stderr is a terminal. Returns what takes it away. */
function animate(text) {
  if (!process.stderr.isTTY || process.env.TERM === 'dumb' || process.env.CI) return () => {}
  let frame = 0
  const draw = () => process.stderr.write(`\r${'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'[frame++ % 10]} ${text}`)
  const timer = setInterval(draw, 100)
  return () => {
    clearInterval(timer)
    process.stderr.write('\r\u001B[K')
  }
}

function fail(message) {
  console.error(`error: ${message}`)
  process.exit(1)
}

main().catch((error) => fail(error.message))
