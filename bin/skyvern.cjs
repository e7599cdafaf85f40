#!/usr/bin/env node
'use strict'
// CommonJS starts sooner than an ES module, and the version is answered before anything is loaded.
const [flag, ...rest] = process.argv.slice(2)
if (rest.length === 0 && ['--version', '-V', '-v', 'version'].includes(flag)) {
  const { name, version } = require('../package.json')
  try {
    require('node:fs').writeSync(1, `${name} ${version} (node ${process.version})\n`)
  } catch (error) {
    if (error.code !== 'EPIPE') throw error
  }
} else {
  require('../dist/main.cjs')
}
