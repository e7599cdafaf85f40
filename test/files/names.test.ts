import { array, assert, constantFrom, integer, oneof, property, string } from 'fast-check'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { distinctNames, safeName } from '../../src/files/names.ts'

/** Any code point. The unit `binary` of fast-check would first make a table of all of them, which takes a second. */
const character = integer({ min: 0, max: 0x10_ffff }).map((code) => String.fromCodePoint(code))

/** What a server may call a file: paths, controls, devices, half surrogates, and very long names. */
const anyName = oneof(
  string({ unit: character, maxLength: 300 }),
  array(
    constantFrom('..', '/', '\\', '.', ' ', '\0', '\n', '\u202E', 'nul', 'é', '😀', '.tar.gz', 'a'),
    {
      maxLength: 120,
    },
  ).map((parts) => parts.join('')),
)

test('a file from a server gets a plain name: in the folder, not hidden, and not a device', () => {
  assert(
    property(anyName, (given) => {
      const name = safeName(given)
      if (name === '') return
      expect(name).not.toMatch(/[/\\:*?"<>|\p{Cc}\u202A-\u202E\u2066-\u2069]/u)
      expect(name).not.toMatch(/^\.|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i)
      expect(name.isWellFormed()).toBe(true)
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(220)
    }),
    { numRuns: 1_000 },
  )
})

test.each([
  ['../../etc/passwd', 'passwd'],
  ['/etc/shadow', 'shadow'],
  ['..\\..\\windows\\win.ini', 'win.ini'],
  ['.bashrc', '_bashrc'],
  ['..', ''],
  ['a\u0000\u001B[2Jb\u202Egpj.exe', 'a__[2Jb_gpj.exe'],
  ['nul.txt', '_nul.txt'],
  ['Rechnung März №7.pdf', 'Rechnung März №7.pdf'],
  [`${'x'.repeat(400)}.tar.gz`, `${'x'.repeat(50)}.tar.gz`],
])('the file name %j becomes %j', (given, name) => {
  expect(safeName(given)).toBe(name)
})

test('such names can be written side by side', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-names-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  assert(
    property(array(anyName, { minLength: 1, maxLength: 5 }), (given) => {
      const names = distinctNames(given.map((name) => safeName(name) || 'download'))
      for (const name of names) writeFileSync(join(folder, name), '')
      const written = readdirSync(folder)
      expect(written.toSorted()).toEqual(names.toSorted())
      for (const name of names) rmSync(join(folder, name))
    }),
    { numRuns: 200 },
  )
})
