/**
 * Everything that the process says. stdout carries the result and nothing else; stderr carries notes, warnings and
 * errors; `--json`, `--fields` and `-q` change the form here, and nowhere else.
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
  /** What this process made: from then on a failure names it. */
  made: Made | undefined

  private constructor(
    readonly terminal: Terminal,
    readonly palette: { stdout: Palette; stderr: Palette },
  ) {
    terminal.stdout.onError = (error) => this.unwritten(error)
  }

  /**
   * Reading that ended early (`| head -1`) is quiet, and nothing is wrong; unless what is open is named there alone.
   * @throws CliError `internal`, with the id where something was made
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
   * The result of a command: the API's object for machines, and its text for everybody else. A pipe gets the text as
   * it is; a terminal gets it cleaned.
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
    else this.write(await formatTable(rows, columns, this.palette.stdout))
    if (rows.length === options.limit) {
      this.note(`These are ${rows.length}, as --limit says; there may be more.`)
    }
  }

  /** The fields of one object, a line each. */
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

  /** Something worth knowing. */
  note(text: string): void {
    this.say('note', cleanMessage(text))
  }

  /** What goes on, and bills, when a signal ends us: said even when quiet, because nobody else says it. */
  last(text: string): void {
    this.tell('note', cleanMessage(text))
  }

  /** Done, as a receipt. */
  done(text: string): void {
    this.say('note', cleanMessage(text), this.palette.stderr.done('✓ '))
  }

  /** Something that may cost or surprise. */
  warn(text: string): void {
    this.say('warning', cleanMessage(text), this.palette.stderr.warning('warning: '))
  }

  /** What `--debug` adds; said even when quiet. */
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
   * Says that something is under way until stopped: a spinner where one can be drawn, else a line a minute. A spinner
   * appears only after a moment, so that quick commands stay still.
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

  /** Selected fields: of an object under `--json`, else the bare values; a list gives a line a row. */
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

  /** Bytes as they are; resolves when there is room for more. */
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
