import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FAULTS } from '../faults/faults.ts'
import { KINDS } from '../faults/kinds.ts'
import { ROOT } from '../support/project.ts'

const page = readFileSync(join(ROOT, 'docs', 'security.md'), 'utf8')

test('every test that holds a promise is there, and every promise has one', () => {
  const named = page.match(/`test\/[\w/.-]+\.ts`/g) ?? []
  const missing = named.filter((name) => !existsSync(join(ROOT, name.slice(1, -1))))
  expect(missing).toEqual([])
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (---|promise)/.test(line))
  expect(rows.length).toBeGreaterThan(20)
  expect(rows.filter((row) => !row.includes('`test/'))).toEqual([])
})

test('the page counts the fault bench right', () => {
  expect(Object.keys(KINDS)).toHaveLength(10)
  expect(page).toContain('ten kinds of commands')
  expect(Object.keys(FAULTS)).toHaveLength(49)
  expect(page).toContain('forty-nine faults')
})
