/** Reads the table of inputs: CSV with any common separator, or JSON Lines, from a file or standard input. */
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { CliError, usageError } from '../errors.ts'
import { reasonOf } from '../system/files.ts'
import type { Values } from './template.ts'

export interface InputRow {
  /** Identifies the row, in the results too. */
  key: string
  /** The values of the columns that are used. */
  values: Values
}

export interface WantedColumns {
  key: string
  /** Columns that the templates name. */
  columns: string[]
}

/** A line of the table, before its columns are checked. */
interface Line {
  number: number
  values: Record<string, unknown>
  /** Where its columns are named, for errors: the table for CSV, the line for JSON. */
  named: string
}

type Chunks = AsyncIterable<Buffer>

/**
 * Reads the whole table, and keeps the columns that are used.
 * @param source a path, or `-` for standard input
 * @throws CliError `usage` for a missing column, an empty or repeated key, and invalid rows
 */
export async function readRows(
  source: string,
  { key, columns }: WantedColumns,
): Promise<InputRow[]> {
  const name = source === '-' ? 'standard input' : source
  const used = [...new Set([key, ...columns])]
  const rows: InputRow[] = []
  const firstLine = new Map<string, number>()
  try {
    for await (const line of linesOf(source, name, used)) {
      const values: Values = {}
      for (const column of used) values[column] = textOf(line, column, name)
      const id = values[key]?.trim() ?? ''
      if (id === '') throw usageError(`${name}:${line.number} has no key: "${key}" is empty.`)
      const before = firstLine.get(id)
      if (before !== undefined) {
        throw usageError(
          `${name}:${line.number} has the key "${id}" again, after line ${before}.`,
          'The key identifies a row in the results: choose a column whose values differ.',
        )
      }
      firstLine.set(id, line.number)
      rows.push({ key: id, values })
    }
  } catch (error) {
    throw error instanceof CliError
      ? error
      : usageError(`${name} cannot be read: ${reasonOf(error)}.`)
  }
  return rows
}

async function* linesOf(source: string, name: string, used: string[]): AsyncGenerator<Line> {
  const stream: Readable = createReadStream(source, source === '-' ? { fd: 0 } : {})
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const first = await chunks.next()
  if (first.done) return
  const head = first.value
  const all = prepend(head, chunks)
  const start = head
    .toString('latin1')
    .replace(/^\xEF\xBB\xBF/, '')
    .trimStart()
  if (start.startsWith('[')) {
    throw usageError(
      `${name} is a JSON array, not one object a line.`,
      "Convert it: jq -c '.[]' rows.json > rows.jsonl",
    )
  }
  if (start.startsWith('{')) yield* jsonLines(all, name)
  else yield* csvLines(all, name, separatorOf(start), used)
}

async function* prepend(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

/** The separator that occurs most often in the header, outside quotes. */
function separatorOf(text: string): string {
  const header = text.replace(/"[^"]*"/g, '').split(/[\r\n]/, 1)[0] ?? ''
  const counted = [',', ';', '\t', '|'].map((mark) => ({ mark, count: header.split(mark).length }))
  return counted.reduce((most, next) => (next.count > most.count ? next : most)).mark
}

async function* csvLines(
  chunks: Chunks,
  name: string,
  separator: string,
  used: string[],
): AsyncGenerator<Line> {
  const { parse, CsvError } = await import('csv-parse')
  const parser = parse({ bom: true, delimiter: separator, info: true, skip_empty_lines: true })
  let header: string[] | undefined
  try {
    const records = Readable.from(chunks)
      .on('error', (error) => parser.destroy(error))
      .pipe(parser)
    for await (const { record, info } of records as AsyncIterable<CsvRecord>) {
      if (header) {
        const names = header
        yield {
          number: info.lines,
          named: name,
          values: Object.fromEntries(record.map((value, at) => [names[at], value])),
        }
      } else header = headerOf(record, name, used)
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw usageError(`${name} is not valid CSV: ${error.message}.`)
  }
}

interface CsvRecord {
  record: string[]
  info: { lines: number }
}

/** Checked even where no row follows. */
function headerOf(record: string[], name: string, used: string[]): string[] {
  const header = record.map((column) => column.trim())
  const twice = header.find((column, at) => header.indexOf(column) !== at)
  if (twice !== undefined) throw usageError(`${name} has the column "${twice}" twice.`)
  const missing = used.find((column) => !header.includes(column))
  if (missing !== undefined) throw noColumn(name, missing, header)
  return header
}

const noColumn = (where: string, column: string, known: string[]): CliError =>
  usageError(`${where} has no column "${column}".`, `Its columns: ${known.join(', ')}`)

async function* jsonLines(chunks: Chunks, name: string): AsyncGenerator<Line> {
  const { createInterface } = await import('node:readline')
  let number = 0
  for await (const text of createInterface({ input: Readable.from(chunks), crlfDelay: Infinity })) {
    number++
    const line = text.replace(/^\uFEFF/, '').trim()
    const named = `${name}:${number}`
    if (line !== '') yield { number, values: objectOf(line, named), named }
  }
}

function objectOf(line: string, where: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw usageError(`${where} is not JSON.`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw usageError(`${where} is not a JSON object.`)
}

/** Text as it is, null as empty text, other values as JSON. */
function textOf({ number, values, named }: Line, column: string, name: string): string {
  if (!Object.hasOwn(values, column)) throw noColumn(named, column, Object.keys(values))
  const value = values[column]
  if (value === null) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (!text.includes('\uFFFD')) return text
  throw usageError(
    `${name}:${number} is not UTF-8.`,
    'Convert it: iconv -f WINDOWS-1252 -t UTF-8 rows.csv > rows-utf8.csv',
  )
}
