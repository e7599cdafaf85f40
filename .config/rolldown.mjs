// One bundle for each program: split CommonJS chunks start about ten milliseconds sooner than an ES module bundle, and
// every dynamic import in src/ becomes a chunk that only the commands that need it load.
import { createRequire } from 'node:module'
import { defineConfig } from 'rolldown'
import { licences } from './licences.mjs'

/**
 * Loads these modules of node at the first call of one of their functions, not at the start: few commands make that
 * call, and node:crypto alone is a tenth of a start.
 */
const lazyBuiltins = {
  name: 'lazy-builtins',
  resolveId: {
    filter: { id: /^node:(child_process|crypto|os)$/ },
    handler: (id) => `\0${id}`,
  },
  load: {
    filter: { id: /^\0node:/ },
    handler(id) {
      const name = id.slice(1)
      const functions = Object.entries(process.getBuiltinModule(name))
        .filter(([, value]) => typeof value === 'function')
        .map(([key]) => `export const ${key} = (...args) => load().${key}(...args)`)
      return [
        `const load = () => process.getBuiltinModule('${name}')`,
        'export default /* @__PURE__ */ new Proxy({}, { get: (_, key) => load()[key] })',
        ...functions,
      ].join('\n')
    },
  },
}

/**
 * Commander as ES modules: it is CommonJS, which a bundler keeps inside a function, and V8 reads the inside of a
 * function twice.
 */
const commander = {
  name: 'commander',
  resolveId: {
    filter: { id: /^commander$/ },
    handler: (_, importer) => createRequire(importer).resolve('commander'),
  },
  transform: {
    filter: { id: /node_modules.commander.(index|lib.\w+)\.js$/ },
    handler: (code) =>
      code
        .replace(/^const (\w+) = require\((.+)\)\.\1;/gm, 'import { $1 } from $2;')
        .replace(/^const (.+) = require\((.+)\);/gm, 'import $1 from $2;')
        .replace(/^import process from .+;/m, '')
        .replace(/^import (path|fs) from (.+);/gm, 'const $1 = process.getBuiltinModule($2);')
        .replace(/^exports\.(\w+) = \1;/gm, 'export { $1 };')
        .replace(/^exports\.(\w+) = /gm, 'export const $1 = /* @__PURE__ */ '),
  },
}

/** V8 reads a file of one-byte characters sooner than one that holds a single “…”. */
const ascii = {
  name: 'ascii',
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      chunk.code = chunk.code.replace(
        /[^\0-\x7F]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    }
  },
}

/**
 * Packages that others bring along and that are better left out. conf checks schemas (ajv) and migrates between
 * versions (semver) only when asked to, and they are half of a `session create`. The library of company proxies logs
 * them on demand (DEBUG=*), passwords included.
 */
const LEFT_OUT = {
  'ajv/dist/2020.js': 'export class Ajv2020 {}',
  'ajv-formats': 'export default {}',
  semver: 'export default {}',
  debug: 'export default () => () => {}',
}
const leftOut = {
  name: 'left-out',
  resolveId: {
    filter: { id: /^(ajv\/dist\/2020\.js|ajv-formats|semver|debug)$/ },
    handler: (id) => `\0${id}`,
  },
  load: {
    filter: { id: /^\0(ajv|semver|debug)/ },
    handler: (id) => LEFT_OUT[id.slice(1)],
  },
}

/**
 * A stack trace has to be readable: line breaks and the names of functions stay, and only local variables are shortened.
 * Shorter than that gains a millisecond of a start and nothing else.
 */
const readable = {
  compress: true,
  mangle: { toplevel: false },
  codegen: { removeWhitespace: false },
}

const program = (name, file, output = {}) => ({
  input: { [name]: file },
  platform: 'node',
  external: ['playwright-core'],
  plugins: [lazyBuiltins, commander, leftOut, ascii, licences],
  output: {
    dir: 'dist',
    format: 'cjs',
    minify: readable,
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
    ...output,
  },
})

// What every start needs is one file, and what a dozen commands share is another: a file is half a millisecond.
const groups = [
  { name: 'main', tags: ['$initial'], priority: 1 },
  { name: 'shared', minShareCount: 12 },
]

export default defineConfig([
  program('main', 'src/main.ts', { cleanDir: true, codeSplitting: { groups } }),
  program('daemon', 'src/local/daemon.ts'),
  program('watchdog', 'src/exec/watchdog-program.ts'),
  // What other programs import, and step through in a debugger.
  program('api', 'src/api/index.ts', {
    format: 'esm',
    entryFileNames: '[name].mjs',
    minify: false,
  }),
])
