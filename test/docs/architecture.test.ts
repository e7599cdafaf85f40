/** What `docs/architecture.md` says about the rooms of `src/`, held against the imports. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../support/project.ts'

const PAGE = readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8')
const SOURCE = join(ROOT, 'src')
const FILES = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
)

/** A folder of `src/`, or a file that stands beside them. */
const roomOf = (file: string): string => file.split('/')[0] ?? file

/** As the table of the page has them, from the top down. */
const ROOMS = [...PAGE.matchAll(/^\| `src\/([\w.]+)\/?` \|/gm)].map(([, room = '']) => room)

const textOf = (file: string): string => readFileSync(join(SOURCE, file), 'utf8')

const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, path = '']) =>
    relative(SOURCE, join(SOURCE, dirname(file), path)),
  )

test('every room has a row, and every row a room', () => {
  expect(ROOMS.toSorted()).toEqual([...new Set(FILES.map(roomOf))].sort())
})

test('imports go down the table, and never up', () => {
  const up = FILES.flatMap((from) =>
    importsOf(from)
      .filter((to) => ROOMS.indexOf(roomOf(from)) > ROOMS.indexOf(roomOf(to)))
      .map((to) => `${from} → ${to}`),
  )
  // The embedded backend speaks the API: it has its types and words, and the two share what they need of the machine.
  const shared = /^local\/.* → (api\/(types|values)\.ts|system\/)/
  expect(up.filter((arrow) => !shared.test(arrow))).toEqual([])
})

test('a file in commands/ is a command, but for a handful of helpers', () => {
  const tree = importsOf('cli/tree.ts')
  const helpers = FILES.filter((file) => roomOf(file) === 'commands' && !tree.includes(file))
  expect(helpers.length).toBeLessThanOrEqual(8)
})

test('files are short enough to be read at once', () => {
  const long = FILES.filter((file) => textOf(file).split('\n').length > 251)
  expect(long).toEqual([])
})

test('every file that the page names is there', () => {
  const named = [...PAGE.matchAll(/`(?:src\/)?([a-z]+(?:\/[\w-]+)*\.ts)`/g)].map(
    ([, file = '']) => file,
  )
  expect(named.length).toBeGreaterThan(20)
  expect([...new Set(named)].filter((file) => !FILES.includes(file))).toEqual([])
})

test('every change of the last table has its place', () => {
  const rows = [
    ...PAGE.matchAll(/^\| [^|`]*(?:`[^`]*`[^|`]*)* \| `([\w/-]+\.ts)` \| `(\w+)` \|$/gm),
  ]
  expect(rows).toHaveLength(10)
  for (const [, file = '', place = ''] of rows)
    expect(textOf(file)).toMatch(new RegExp(`(const|function) ${place}\\b`))
})
