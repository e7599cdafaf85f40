// One bundle for each program: split CommonJS chunks start about ten milliseconds sooner than an ES module bundle, and
// every dynamic import in src/ becomes a chunk that only the commands that need it load.
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
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
 * Packages that others bring along and that are better left out. conf checks schemas (ajv) and migrates between
 * versions (semver) only when asked to, and they are half of a `session create`. It also looks for a folder (env-paths)
 * that it is always told, and fails where a user has no name. ora brings eighty spinners and draws two, and its marks for
 * ends are not used. The library of company proxies logs them on demand (DEBUG=*), passwords included. No WebSocket here
 * is compressed or read as a stream: ws needs the name of the extension alone. What is uploaded is a multipart form, and
 * the colours of tables are chalk's.
 */
const SPINNERS = {
  dots: { interval: 80, frames: [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'] },
  // Where a terminal has no Unicode.
  line: { interval: 130, frames: [...'-\\|/'] },
}
const LEFT_OUT = {
  'ajv/dist/2020.js': 'export class Ajv2020 {}',
  'ajv-formats': 'export default {}',
  'env-paths': 'export default () => ({})',
  'cli-spinners': `export default ${JSON.stringify(SPINNERS)}`,
  semver: 'export default {}',
  debug: 'export default () => () => {}',
  'log-symbols': 'export default {}',
  './permessage-deflate': "module.exports = { extensionName: 'permessage-deflate' }",
  './lib/permessage-deflate.js': "module.exports = { extensionName: 'permessage-deflate' }",
  './lib/stream.js': 'export default undefined',
  '@colors/colors/safe': 'module.exports = {}',
  './types/urlencoded': 'module.exports = { detect: /(?!)/ }',
}
const leftOut = {
  name: 'left-out',
  resolveId: {
    filter: { id: /^[.@\w]/ },
    handler: (id) => (Object.hasOwn(LEFT_OUT, id) ? `\0${id}` : undefined),
  },
  load: {
    filter: { id: /^\0/ },
    handler: (id) => LEFT_OUT[id.slice(1)],
  },
}

/**
 * The list of public suffixes, which only a sentence with a password needs, is 120 kB of JavaScript. It becomes a file
 * of 38 kB.
 */
const suffixes = {
  name: 'suffixes',
  load: {
    filter: { id: /tldts\/dist\/es6\/src\/data\/trie\.js$/ },
    async handler(id) {
      const trie = await import(id.replace('/es6/', '/cjs/'))
      const source = brotliCompressSync(JSON.stringify(trie.default, plainArrays))
      this.emitFile({ type: 'asset', fileName: 'suffixes.br', source })
      return [
        "import { readFileSync } from 'node:fs'",
        "import { join } from 'node:path'",
        "import { brotliDecompressSync } from 'node:zlib'",
        "const file = readFileSync(join(__dirname, '..', 'suffixes.br'))",
        'const trie = JSON.parse(brotliDecompressSync(file).toString())',
        `export const { ${Object.keys(trie.default).join(', ')} } = trie`,
      ].join('\n')
    },
  },
}
const plainArrays = (_, value) => (ArrayBuffer.isView(value) ? [...value] : value)

/** A stack trace names functions as they are written; local names, white space and comments go. */
const small = {
  compress: true,
  mangle: { toplevel: false },
  codegen: { removeWhitespace: true },
}

const program = (name, file, output = {}) => ({
  input: { [name]: file },
  platform: 'node',
  resolve: {
    // tldts has its list in a file of its own only here.
    mainFields: ['module', 'main'],
    // One way to measure a text, for tables and spinner.
    alias: { 'string-width': fileURLToPath(import.meta.resolve('string-width')) },
  },
  external: ['playwright-core', ...Object.keys(output.paths ?? {})],
  plugins: [lazyBuiltins, leftOut, suffixes, licences],
  output: {
    dir: 'dist',
    format: 'cjs',
    minify: small,
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
    ...output,
  },
})

// What every start needs is one file, what every request needs is the second, and what a dozen commands share is the
// third: a file is half a millisecond, and so are ten kilobytes.
const REQUEST = [
  /src.api/,
  /src.http.(?!proxy|several|wait|watch)/,
  /src.(commands.recipes|output.prompt|output.waiting|sessions.state)/,
  /node_modules.(destr|ofetch|ufo)/,
]
const groups = [
  { name: 'main', tags: ['$initial'], priority: 1 },
  { name: 'request', test: (id) => REQUEST.some((pattern) => pattern.test(id)) },
  { name: 'shared', minShareCount: 12 },
]

export default defineConfig([
  program('main', 'src/main.ts', {
    cleanDir: true,
    codeSplitting: { groups },
    paths: { ws: '../ws.cjs' },
  }),
  program('daemon', 'src/local/daemon.ts', { paths: { ws: './ws.cjs' } }),
  // Both programs use it, and it is a third of each.
  program('ws', 'ws', { exports: 'named' }),
  // Runs inside the pages of the embedded backend, whose daemon reads it as text.
  {
    input: { reader: 'src/local/steps/reader/index.ts' },
    output: {
      dir: 'dist',
      format: 'iife',
      name: 'reader',
      minify: true,
      entryFileNames: '[name].js',
    },
  },
  // What other programs import, and step through in a debugger.
  program('api', 'src/api/index.ts', {
    format: 'esm',
    entryFileNames: '[name].mjs',
    minify: false,
    comments: false,
  }),
])
