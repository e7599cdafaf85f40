/** A page of the docs as text for a terminal. It knows the Markdown that those pages use, and no more. */
import { wrapWords } from './wrap.ts'

/** Wide enough for a name or a variable; a longer term has a line of its own. */
const LONGEST_TERM = 24

/** @param width columns of the terminal @param strong how headings are painted */
export function formatMarkdown(
  markdown: string,
  width: number,
  strong: (text: string) => string,
): string {
  return blocksOf(markdown)
    .map((lines) => formatBlock(lines, width, strong))
    .join('\n\n')
}

/** Lines that belong together: a heading, a paragraph, a list, a table, or code between two fences. */
function blocksOf(markdown: string): string[][] {
  const blocks: string[][] = []
  let block: string[] | undefined
  let fenced = false
  for (const line of markdown.split('\n')) {
    const isFence = line.startsWith('```')
    const isHeading = !fenced && line.startsWith('#')
    if (!fenced && (line === '' || isFence || isHeading)) block = undefined
    if (line === '' && !fenced) continue
    if (!block) blocks.push((block = []))
    block.push(line)
    if (isFence) fenced = !fenced
    if (isHeading || (isFence && !fenced)) block = undefined
  }
  return blocks
}

function formatBlock(lines: string[], width: number, strong: (text: string) => string): string {
  const [first = ''] = lines
  if (first.startsWith('```')) return lines.slice(1, -1).map(indent).join('\n')
  if (first.startsWith('#')) return strong(plain(first.replace(/^#+ /, '')))
  if (first.startsWith('|')) return formatTable(lines, width)
  const text = lines.join('\n')
  if (!first.startsWith('- ')) return wrapWords(oneLine(text), width).join('\n')
  const items = text.split(/\n(?=- )/).map((item) => oneLine(item.slice(2)))
  return items.map((item) => hang('- ', 2, item, width)).join('\n')
}

/** Each row as its first cell, and the others beside it. */
function formatTable(lines: string[], width: number): string {
  const [, , ...rows] = lines.map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => plain(cell.trim().replaceAll('\\|', '|'))),
  )
  const longest = Math.max(...rows.map(([term = '']) => term.length))
  const column = Math.min(longest, LONGEST_TERM) + 2
  return rows
    .map(([term = '', ...cells]) => hang(term, column, cells.filter(Boolean).join(' · '), width))
    .join('\n')
}

/** A term, and its text wrapped in a column beside it. */
function hang(term: string, column: number, text: string, width: number): string {
  const lines = wrapWords(text, Math.max(width - column, 20))
  const first = term.length < column ? term.padEnd(column) : `${term}\n${' '.repeat(column)}`
  return (first + lines.join(`\n${' '.repeat(column)}`)).trimEnd()
}

const indent = (line: string): string => (line === '' ? '' : `  ${line}`)
const oneLine = (text: string): string => plain(text.replace(/\s*\n\s*/g, ' '))
const plain = (text: string): string =>
  text.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replace(/\*\*|`|\\(?=[<|])/g, '')
