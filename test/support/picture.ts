/** What a terminal showed, as an SVG: text in its colours, so that it is sharp, small and searchable. */
import xterm from '@xterm/headless'
import type { IBufferCell } from '@xterm/headless'

const CELL = 8.4
const LINE = 20
const MARGIN = 20
const BAR = 32

/** Classes of the style sheet by the number of an ANSI colour. */
const COLORS: Record<number, string> = { 1: 'red', 2: 'green', 3: 'yellow', 6: 'cyan' }

const STYLE = `
  text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #d6dbe5; white-space: pre }
  .dim { fill: #8b93a5 } .bold { font-weight: bold } .prompt { fill: #7cc7ff }
  .red { fill: #ff7b86 } .green { fill: #7ee2a8 } .yellow { fill: #f5cf7a } .cyan { fill: #76dbe8 }`

/** @param output what was written to a terminal of this many columns */
export async function pictureOf(output: string, columns: number, title: string): Promise<string> {
  const lines = await linesOf(output, columns)
  const width = Math.ceil(columns * CELL) + 2 * MARGIN
  const height = BAR + lines.length * LINE + MARGIN
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (color, index) => `<circle cx="${22 + index * 20}" cy="18" r="6" fill="${color}"/>`,
  )
  const texts = lines.map((line, index) => {
    const y = BAR + index * LINE + 18
    return line && `<text x="${MARGIN}" y="${y}">${line}</text>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">`,
    `<style>${STYLE}\n</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#1d2230"/>`,
    ...dots,
    ...texts.filter(Boolean),
    '</svg>\n',
  ].join('\n')
}

/** What the terminal showed in the end, as plain text: long lines wrapped, what was erased gone. */
export async function screenOf(output: string, columns: number): Promise<string> {
  const { buffer } = await terminalWith(output, columns)
  const lines = Array.from(
    { length: buffer.active.length },
    (_, y) => buffer.active.getLine(y)?.translateToString(true) ?? '',
  )
  return lines.join('\n').trimEnd()
}

async function terminalWith(output: string, columns: number): Promise<xterm.Terminal> {
  const terminal = new xterm.Terminal({ cols: columns, rows: 200, allowProposedApi: true })
  await new Promise<void>((resolve) => terminal.write(output, resolve))
  return terminal
}

/** The lines that the terminal showed in the end, each as pieces of one look. */
async function linesOf(output: string, columns: number): Promise<string[]> {
  const buffer = (await terminalWith(output, columns)).buffer.active
  const lines: string[] = []
  for (let y = 0; y < buffer.length; y++) {
    const line = buffer.getLine(y)
    const pieces: { look: string; text: string }[] = []
    for (let x = 0; x < columns; x++) {
      const cell = line?.getCell(x)
      if (cell === undefined || cell.getWidth() === 0) continue
      const look = lookOf(cell)
      const last = pieces.at(-1)
      if (last?.look === look) last.text += cell.getChars() || ' '
      else pieces.push({ look, text: cell.getChars() || ' ' })
    }
    lines.push(pieces.map(spanOf).join('').trimEnd())
  }
  while (lines.at(-1) === '') lines.pop()
  return lines.map((line) => line.replace(/^\$ (.*)$/, '<tspan class="prompt">$</tspan> $1'))
}

function lookOf(cell: IBufferCell): string {
  const color = cell.isFgPalette() ? COLORS[cell.getFgColor()] : undefined
  return [color, cell.isDim() && 'dim', cell.isBold() && 'bold'].filter(Boolean).join(' ')
}

function spanOf({ look, text }: { look: string; text: string }): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return look ? `<tspan class="${look}">${escaped}</tspan>` : escaped
}
