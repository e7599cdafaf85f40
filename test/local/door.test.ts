/** The house and its one door: who may import what. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const source = fileURLToPath(new URL('../../src', import.meta.url))

interface Import {
  from: string
  to: string
  isType: boolean
}

const imports: Import[] = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8')
    const found = text.matchAll(
      /(import|export)( type)? [^'"()]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/g,
    )
    return [...found].map((match) => ({
      from: file,
      to: relative(source, join(source, dirname(file), match[3] ?? match[4] ?? '')),
      isType: match[2] !== undefined,
    }))
  })

const isLocal = (file: string): boolean => file.startsWith('local/')
const isSystem = (file: string): boolean => file.startsWith('system/')

test('the command line reaches the embedded backend through its door alone', () => {
  const entering = imports.filter(({ from, to }) => !isLocal(from) && isLocal(to))
  expect(entering.length).toBeGreaterThan(3)
  expect(entering.filter(({ to }) => to !== 'local/door.ts')).toEqual([])
})

test('the embedded backend shares with the command line what the machine is to both, and the types of the wire', () => {
  const leaving = imports.filter(({ from, to }) => isLocal(from) && !isLocal(to))
  expect(leaving.length).toBeGreaterThan(3)
  const shared = ['api/types.ts', 'api/values.ts']
  expect(leaving.filter(({ to }) => !isSystem(to) && !shared.includes(to))).toEqual([])
})

test('what both need of the machine needs neither of them', () => {
  const leaving = imports.filter(({ from, to }) => isSystem(from) && !isSystem(to))
  expect(leaving).toEqual([])
})

test('only the daemon loads the browser library, and only commands that start it load what starts it', () => {
  const loading = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      file.endsWith('.ts') &&
      /loadDriver\(|^import (?!type)[^\n]*'playwright-core'/m.test(
        readFileSync(join(source, file), 'utf8'),
      ),
  )
  expect(loading.sort()).toEqual(['local/browser.ts', 'local/daemon.ts'])
  const reachable = new Set(['local/door.ts'])
  for (const file of reachable) {
    const text = readFileSync(join(source, file), 'utf8')
    const statics = imports.filter(({ from, to, isType }) => {
      return from === file && !isType && !text.includes(`import('./${to.slice('local/'.length)}')`)
    })
    for (const { to } of statics) reachable.add(to)
  }
  expect([...reachable].sort()).toEqual([
    'local/door.ts',
    'local/driver.ts',
    'local/find-browser.ts',
    'local/home.ts',
    'local/local-error.ts',
    'local/running.ts',
    'local/version.ts',
    'system/files.ts',
    'system/package.ts',
    'system/programs.ts',
    'system/text.ts',
  ])
})
