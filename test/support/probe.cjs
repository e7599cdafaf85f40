'use strict'
// Loaded before a program (`node --require`): what the program loads and reads is written to $PROBE when it ends.
const fs = require('node:fs')
const before = new Set(process.moduleLoadList)
const read = []
const { openSync, readFileSync } = fs
const noted = (original) =>
  function (file, ...rest) {
    if (typeof file === 'string') read.push(file)
    return original.call(this, file, ...rest)
  }
fs.openSync = noted(openSync)
fs.readFileSync = noted(readFileSync)
process.on('exit', () => {
  const builtins = process.moduleLoadList.filter((name) => !before.has(name))
  const modules = Object.keys(require.cache).filter((file) => file !== __filename)
  const files = [...new Set([...modules, ...read])]
  const peak = process.resourceUsage().maxRSS
  fs.writeFileSync(process.env.PROBE, JSON.stringify({ builtins, modules, files, peak }))
})
