import headless from '@xterm/headless'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanBlock, cleanLine, escapeJson } from '../../src/output/clean.ts'
import { PAYLOADS } from '../support/payloads.ts'

const COLUMNS = 1000

interface Screen {
  lines: string[]
  cursor: [column: number, row: number]
  /** What the text made the terminal do, beyond showing it. */
  acts: string[]
}

/** What a real terminal emulator makes of a text. */
async function show(text: string): Promise<Screen> {
  const terminal = new headless.Terminal({ cols: COLUMNS, rows: 30, allowProposedApi: true })
  const acts: string[] = []
  terminal.onTitleChange((title) => acts.push(`title ${title}`))
  terminal.onBell(() => acts.push('bell'))
  terminal.onData((data) => acts.push(`typed ${data}`))
  const act = (name: string) => () => acts.push(name) > 0
  for (const id of [0, 1, 2, 4, 8, 9, 10, 11, 52, 1337]) {
    terminal.parser.registerOscHandler(id, act(`OSC ${id}`))
  }
  for (const final of 'ABCDEFGHJKLMPSTXZ`acdefghilmnpqrstu') {
    terminal.parser.registerCsiHandler({ final }, act(`CSI ${final}`))
    terminal.parser.registerCsiHandler({ prefix: '?', final }, act(`CSI ?${final}`))
  }
  await new Promise<void>((resolve) => terminal.write(text, resolve))
  const { active } = terminal.buffer
  const lines = Array.from({ length: active.length }, (_, row) =>
    (active.getLine(row)?.translateToString(true) ?? '').trimEnd(),
  )
  while (lines.at(-1) === '') lines.pop()
  const screen: Screen = { lines, cursor: [active.cursorX, active.cursorY], acts }
  if (active.type !== 'normal') acts.push('alternate screen')
  terminal.dispose()
  return screen
}

/** Any code point. The unit `binary` of fast-check would first make a table of all of them, which takes a second. */
const character = fc.integer({ min: 0, max: 0x10_ffff }).map((code) => String.fromCodePoint(code))

/** Text as a hostile server would make it. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...Object.values(PAYLOADS)),
      fc.constantFrom(
        '\x1b',
        '[',
        ']',
        ';',
        '?',
        '2',
        'J',
        'm',
        '\x07',
        '\\',
        '\x9b',
        '\r',
        '\n',
        'P',
      ),
      fc.string({ unit: character, maxLength: 6 }),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

test.each(Object.entries(PAYLOADS))('%s is shown, and does nothing', async (_, payload) => {
  const cleaned = cleanLine(`<${payload}>`)
  const screen = await show(`${cleaned}\r\nnext`)
  expect(screen.acts).toEqual([])
  expect(screen.lines).toHaveLength(2)
  expect(screen.lines[0]).toMatch(/^<.*>$/)
  expect(screen.lines[1]).toBe('next')
  expect(cleanLine(cleaned)).toBe(cleaned)
})

test('the test terminal acts on text that is not cleaned', async () => {
  const raw = `${PAYLOADS['OSC 0 title, BEL']}${PAYLOADS['OSC 8 hyperlink']}\x07\x1b[2J\x1b[?1049h\x1b[1A`
  const { acts } = await show(raw)
  expect(acts).toEqual(['OSC 0', 'OSC 8', 'OSC 8', 'bell', 'CSI J', 'CSI ?h', 'CSI A'])
  expect((await show('one\rtwo\b\b')).cursor).toEqual([1, 0])
})

test('a terminal shows any cleaned line as one line, and is left as it was', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      const cleaned = cleanLine(`<${text}>`)
      const screen = await show(`${cleaned}\r\nnext`)
      expect(screen.acts).toEqual([])
      expect(screen.lines.slice(-1)).toEqual(['next'])
      expect(screen.lines.slice(0, -1).join('')).toMatch(/^<.*>$/)
      expect(screen.cursor[0]).toBe(4)
    }),
    { numRuns: 150 },
  )
})

test('a cleaned block has no more lines than line feeds, and acts on nothing', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      const cleaned = cleanBlock(text)
      expect(cleaned.split('\n')).toHaveLength(text.split('\n').length)
      // eslint-disable-next-line no-control-regex
      expect(cleaned).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/)
      expect((await show(cleaned.replaceAll('\n', '\r\n'))).acts).toEqual([])
    }),
    { numRuns: 80 },
  )
})

test('JSON keeps every value, and holds nothing that acts', () => {
  fc.assert(
    fc.property(fc.oneof(hostile, fc.jsonValue()), (value) => {
      const json = escapeJson(JSON.stringify(value))
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)))
      // eslint-disable-next-line no-control-regex
      expect(json).not.toMatch(/[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/)
    }),
    { numRuns: 200 },
  )
})

// With a step for each pair of characters this would not end within the time that a test has.
test('cleaning takes linear time', () => {
  for (const text of ['\x1b', '\u0301', '\u202e', 'a\t', '\u{E0041}', '\uD800']) {
    expect(cleanLine(text.repeat(100_000))).not.toBe('')
    expect(cleanBlock(text.repeat(100_000))).not.toBe('')
  }
})
