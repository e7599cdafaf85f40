/** What the pages and workflows of the repository name is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { command } from '../install/clone.ts'
import { ROOT } from '../support/project.ts'

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const inFolder = (folder: string, ending: string): string[] =>
  readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file))

const PAGES = ['README.md', 'CHANGELOG.md', '.github/SECURITY.md', ...inFolder('docs', '.md')]
const WORKFLOWS = inFolder('.github/workflows', '.yml')

test.each(PAGES)('the links of %s lead to files', (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(
    ([, link = '']) => link,
  )
  const missing = links.filter((link) => !existsSync(join(ROOT, dirname(page), link)))
  expect(missing).toEqual([])
})

test('the index of the documentation has every page that is published, once', () => {
  const links = [...read('docs/README.md').matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, page]) => page)
  const pages = inFolder('docs', '.md').map((file) => file.replace(/^docs./, ''))
  const apart = ['README.md', 'releasing.md']
  expect(links.toSorted()).toEqual(pages.filter((page) => !apart.includes(page)).toSorted())
})

test('the addresses of the package are those of the README', () => {
  const { repository, homepage, bugs } = JSON.parse(read('package.json'))
  const address = repository.url.replace(/^git\+|\.git$/g, '')
  expect(homepage).toBe(`${address}#readme`)
  expect(bugs).toBe(`${address}/issues`)
  expect(read('README.md')).toContain(`git+${address}.git`)
})

test.each(WORKFLOWS)('%s pins its actions by commit and runs scripts that exist', (workflow) => {
  const text = read(workflow)
  const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action = '']) => action)
  const loose = uses.filter((action) => !/^\.\/|@[0-9a-f]{40}$/.test(action))
  expect(loose).toEqual([])
  const { scripts } = JSON.parse(read('package.json'))
  const named = [...text.matchAll(/npm run ([\w:]+)|script: \[(.*)\]/g)].flatMap(
    ([, script, matrix]) => script ?? matrix?.replace(/['\s]/g, '').split(',') ?? [],
  )
  expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([])
})

const notes = (tag: string) => command([process.execPath, '.config/release-notes.mjs', tag], ROOT)

test('the notes of a release are the section of its version, and of no other', async () => {
  const { version } = JSON.parse(read('package.json'))
  const { code, stdout } = await notes(`v${version}`)
  expect(code).toBe(0)
  expect(read('CHANGELOG.md')).toContain(stdout.trim())
  expect(stdout).not.toContain('## ')
  expect(await notes('v99.0.0')).toMatchObject({ code: 1, stdout: '' })
})
