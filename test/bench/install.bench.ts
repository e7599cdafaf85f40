/** What an install brings to the disk, without the optional packages. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, test } from 'vitest'
import { ROOT } from '../support/project.ts'
import { home } from './meter.ts'
import { Table } from './table.ts'

const table = new Table('install')
afterAll(() => table.print())

test('size', () => {
  const folder = mkdtempSync(join(home, 'install-'))
  const npm = (...args: string[]): string =>
    execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }).toString()
  const packed = npm('pack', ROOT, '--json', '--pack-destination', folder)
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }]
  writeFileSync(join(folder, 'package.json'), '{}')
  npm('install', '--omit=optional', '--offline', '--no-audit', '--no-fund', `./${filename}`)
  const modules = join(folder, 'node_modules')
  const files = readdirSync(modules, { recursive: true })
    .map((file) => statSync(join(modules, String(file))))
    .filter((entry) => entry.isFile())
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  table.add('installed without optional packages', bytes / 1e6, {
    unit: ' MB',
    budget: ['≤', 2],
    detail: `${files.length} files`,
  })
  table.add('to download', statSync(join(folder, filename)).size / 1e6, { unit: ' MB' })
})
