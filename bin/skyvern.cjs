#!/usr/bin/env node
'use strict'
// CommonJS starts sooner than an ES module. Everything here has to run on Node 12, which is told what is missing.
const { existsSync, writeSync } = require('fs')
const path = require('path')
const name = 'skyvern-cli'

const args = process.argv
// `npx <package> skyvern ...` passes the tool its own name.
if (args[2] === 'skyvern') args.splice(2, 1)

if (args.length === 3 && ['--version', '-V', '-v', 'version'].includes(args[2])) {
  say(1, `${name} ${require('../package.json').version} (node ${process.version})`)
} else if (isTooOld(process.version)) {
  refuse(
    `${name} needs Node.js 20.19 or newer (22.3 or newer of Node.js 22), and this is ${process.version} at ` +
      `${process.execPath}: install a current one from https://nodejs.org/en/download and run the command again.`,
  )
} else {
  start()
}

function start() {
  const program = path.join(__dirname, '..', 'dist', 'main.cjs')
  try {
    require(program)
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND' || existsSync(program)) throw error
    refuse(
      `${name} was not built, and dist/main.cjs is missing: run \`npm install\` in ` +
        `${path.dirname(__dirname)}, or install ${name} again.`,
    )
  }
}

/** Node 21 and the first of 22 have no process.getBuiltinModule. */
function isTooOld(nodeVersion) {
  const [major, minor] = nodeVersion.slice(1).split('.').map(Number)
  return major < 20 || major === 21 || (major === 20 && minor < 19) || (major === 22 && minor < 3)
}

function refuse(message) {
  const error = { code: 'internal', message, hint: null, http_status: null, retryable: false }
  const machine = { error: Object.assign(error, { session_id: null, run_id: null }) }
  say(2, args.includes('--json') ? JSON.stringify(machine) : `error: ${message}`)
  process.exitCode = 1
}

function say(stream, text) {
  try {
    writeSync(stream, `${text}\n`)
  } catch (error) {
    if (error.code !== 'EPIPE') throw error
  }
}
