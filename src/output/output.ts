/**
 * Everything that the process prints. The result goes to stdout; notes, warnings and errors go to stderr. Only this
 * file knows what `--json`, `--fields` and `-q` change.
 */
import { afterMaking, CliError, usageError } from '../errors.ts'
import type { Made } from '../errors.ts'
import { cleanBlock, cleanLine, cleanMessage } from './clean.ts'
import { stringify, stringifyList, zoned } from './json.ts'
import { loadPalettes } from './palette.ts'
import type { Palette } from './palette.ts'
import type { Spinner } from './spinner.ts'
import { formatTable, formatTsv, readable } from './table.ts'
import type { Column } from './table.ts'
import type { Terminal } from './terminal.ts'
import { wrapWords } from './wrap.ts'

export interface OutputMode {
  json?: boolean | undefined
  /** Field names to select. */
  fields?: string[] | undefined
  quiet?: boolean | undefined
  /** False: never ask. */
  input?: boolean | undefined
}

const MINUTE = 60_000
const SPINNER_DELAY = 150

export class Output {
  mode: OutputMode = {}
  /** What this process has created or submitted. A later failure names it. */
  made: Made | undefined

  private constructor(
    readonly terminal: Terminal,
    readonly palette: { stdout: Palette; stderr: Palette },
  ) {
    terminal.stdout.onError = (error) => this.unwritten(error)
  }

  /**
   * Handles a failed write. If the reader has closed the pipe (`| head -1`), the process exits quietly, unless something
   * is open whose id would be lost.
   * @throws CliError `internal`, with the id of what was created
   */
  private unwritten({ code }: NodeJS.ErrnoException): void {
    const { made } = this
    if (code === 'EPIPE' && !made?.open) process.exit(process.exitCode ?? 0)
    const error = new CliError('internal', `Standard output cannot be written (${code}).`)
    throw made ? afterMaking(error, made) : error
  }

  /** @param color false for none, whatever the environment says */
  static async create(terminal: Terminal, color = true): Promise<Output> {
    return new Output(terminal, await loadPalettes(terminal, color))
  }

  /**
   * The result of a command: the API's object under `--json`, else the text. A pipe gets the text as it is; a
   * terminal gets it cleaned.
   */
  result(data: unknown, text: string): void {
    const { interactive } = this.terminal
    if (this.mode.fields) return this.writeFields(data, this.mode.fields)
    if (this.mode.json) return this.write(stringify(zoned(data), interactive))
    if (text !== '') this.writeText(text)
  }

  private writeText(text: string): void {
    this.write(this.terminal.interactive ? cleanBlock(text) : text)
  }

  /**
   * A list: a table on a terminal, tab-separated lines in a pipe, ids with `-q`. `limit` is how many rows were asked for
   * of a server that does not say how many there are.
   */
  async list<Row extends object>(
    rows: Row[],
    columns: Column<Row>[],
    options: { id: keyof Row & string; nothing: string; data?: unknown[]; limit?: number },
  ): Promise<void> {
    const { fields, json, quiet } = this.mode
    const data = options.data ?? rows
    if (fields) this.writeFields(data, fields)
    else if (json) this.writePieces(stringifyList(data, this.terminal.interactive))
    else if (rows.length === 0) this.note(options.nothing)
    else if (quiet) this.write(rows.map((row) => cleanLine(row[options.id])).join('\n'))
    else if (!this.terminal.interactive) this.write(formatTsv(rows, columns))
    else this.write(await this.table(rows, columns))
    if (rows.length === options.limit) {
      this.note(`Showing ${rows.length} rows (--limit). There may be more.`)
    }
  }

  private table<Row>(rows: Row[], columns: Column<Row>[]): Promise<string> {
    const width = this.terminal.stdout.columns || 80
    return formatTable(rows, columns, this.palette.stdout, width)
  }

  /** The fields of one object, one per line. */
  async details(data: object, rows: [name: string, value: unknown][]): Promise<void> {
    const { fields, json } = this.mode
    if (fields || json) return this.result(data, '')
    const shown = rows.filter(([, value]) => value !== null && value !== undefined && value !== '')
    const columns: Column<[string, unknown]>[] = [
      { title: '', value: ([name]) => name },
      { title: '', value: ([, value]) => value },
    ]
    if (!this.terminal.interactive) return this.write(formatTsv(shown, columns))
    const width = Math.max(...shown.map(([name]) => name.length))
    const { dim } = this.palette.stdout
    this.write(
      shown.map(([name, value]) => `${dim(name.padEnd(width))}  ${readable(value)}`).join('\n'),
    )
  }

  /** Something that the user should know. */
  note(text: string): void {
    this.say('note', cleanMessage(text))
  }

  /** What continues, and bills, after a signal ends the process. Printed even with `-q`, because nothing else says it. */
  last(text: string): void {
    this.tell('note', cleanMessage(text))
  }

  /** A receipt: what was done. Wrapped on a terminal; a note is not, because it may have a command to copy. */
  done(text: string): void {
    const { columns } = this.terminal.stderr
    const message = cleanMessage(text)
    const lines = columns && !this.mode.json ? wrapWords(message, columns - 2) : [message]
    this.say('note', lines.join('\n  '), this.palette.stderr.done('✓ '))
  }

  /** Something that may cost money or come as a surprise. */
  warn(text: string): void {
    this.say('warning', cleanMessage(text), this.palette.stderr.warning('warning: '))
  }

  /** A line of `--debug`. Printed even with `-q`. */
  debug(text: string): void {
    const message = cleanMessage(text)
    this.writeError(this.mode.json ? JSON.stringify({ debug: message }) : `debug: ${message}`)
  }

  private say(kind: 'note' | 'warning', text: string, prefix = ''): void {
    if (!this.mode.quiet) this.tell(kind, text, prefix)
  }

  private tell(kind: 'note' | 'warning', text: string, prefix = ''): void {
    this.writeError(this.mode.json ? JSON.stringify({ [kind]: text }) : prefix + text)
  }

  /**
   * Shows that something is in progress until it is stopped: a spinner on a terminal, else one line per minute. The
   * spinner starts after a short delay, so that quick commands do not flicker.
   */
  progress(text: string): Spinner {
    const line = cleanLine(text)
    if (this.mode.quiet) return { update: () => {}, stop: () => {} }
    if (this.mode.json || !this.terminal.canAnimate) return this.minutes(line)
    let current = line
    let spinner: Spinner | undefined
    let stopped = false
    const timer = setTimeout(async () => {
      const { startSpinner } = await import('./spinner.ts')
      if (stopped) return
      spinner = startSpinner(current, this.terminal.stderr.stream, this.palette.stderr.colored)
    }, SPINNER_DELAY)
    return {
      update: (next) => {
        current = cleanLine(next)
        spinner?.update(current)
      },
      stop: () => {
        stopped = true
        clearTimeout(timer)
        spinner?.stop()
      },
    }
  }

  private minutes(text: string): Spinner {
    let current = text
    const timer = setInterval(() => this.note(`${current}…`), MINUTE)
    timer.unref()
    return { update: (next) => (current = cleanLine(next)), stop: () => clearInterval(timer) }
  }

  /** The selected fields: as an object under `--json`, else as bare values, one line per row. */
  private writeFields(data: unknown, fields: string[]): void {
    const items: unknown[] = Array.isArray(data) ? data : [data]
    const known = [...new Set(items.flatMap((row) => (isObject(row) ? Object.keys(row) : [])))]
    const unknown = fields.find((field) => !known.includes(field))
    if (unknown !== undefined && items.length > 0) {
      throw usageError(`No field "${unknown}".`, `Known fields: ${known.join(', ') || 'none'}`)
    }
    const rows = items.map((row) => pick(zoned(row), fields))
    if (this.mode.json) {
      return this.write(stringify(Array.isArray(data) ? rows : rows[0], this.terminal.interactive))
    }
    const [value] = !Array.isArray(data) && fields.length === 1 ? Object.values(rows[0] ?? {}) : []
    if (typeof value === 'string') return this.writeText(value)
    const lines = rows.map((row) => fields.map((field) => bare(row[field])).join('\t'))
    if (lines.length > 0) this.write(lines.join('\n'))
  }

  write(text: string): void {
    this.terminal.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
  }

  private writePieces(pieces: Iterable<string>): void {
    for (const piece of pieces) this.terminal.stdout.write(piece)
    this.terminal.stdout.write('\n')
  }

  /** Writes bytes unchanged. Resolves when there is room for more. */
  writeBytes(bytes: Uint8Array): Promise<void> {
    const { stdout } = this.terminal
    if (stdout.write(bytes)) return Promise.resolve()
    return new Promise((resolve) => stdout.stream.once('drain', resolve))
  }

  writeError(text: string): void {
    this.terminal.stderr.write(`${text}\n`)
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const pick = (row: unknown, fields: string[]): Record<string, unknown> =>
  Object.fromEntries(
    fields.map((field) => [field, isObject(row) ? Reflect.get(row, field) : undefined]),
  )

const bare = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? stringify(value, false)
      : cleanLine(value, Infinity)
