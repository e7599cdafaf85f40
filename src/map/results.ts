/**
 * Reads a results file: one JSON object a line. The first line is a header. A line with a `key` has the new state of that
 * row; a line with a `session` has the new state of a session of the pool.
 */
import { createReadStream } from 'node:fs'
import type { Json } from '../api/types.ts'
import { usageError } from '../errors.ts'
import type { CliError } from '../errors.ts'

/** The first line. */
export interface Header {
  /** The version of this format. */
  map: 1
  /** The column that identifies a row. */
  column: string
  /** Where the rows came from. */
  rows: string
  prompt: string
  url?: string
  /** Such as `2/8`. */
  shard?: string
  /** The API origin, or `local`. */
  origin: string
}

/** `queued`: waiting again, because nothing was sent or its session ended. Other values are statuses of runs. */
export type RowStatus = 'submitting' | 'running' | 'queued' | 'in_doubt' | (string & {})

export interface RowLine {
  key: string
  status: RowStatus
  output?: Json
  failure?: string | null
  run_id?: string | null
  session_id?: string | null
  started_at?: string | null
  finished_at?: string | null
  /** How many runs were started for the row. */
  tries?: number
  /** How many sessions ended during its runs. */
  lost?: number
  /** A digest of the request: it changes with the row and the prompt. */
  row?: string
  /** A digest of the prompt, to find the run again. */
  prompt?: string
}

export interface SessionLine {
  session: 'opening' | 'refused' | 'open' | 'closed' | 'settled'
  /** Connects the answer of a create with the line from before it. */
  opening?: string
  session_id?: string
  /** The server's time, in milliseconds since 1970. */
  at?: number
}

export type Line = Header | RowLine | SessionLine

/** What is kept in memory of a results file. */
export interface Recorded {
  header: Header | undefined
  /** The last line of each row, without its output. */
  rows: Map<string, RowLine>
  /** Every session of the pool; `open` until a line says otherwise. */
  sessions: Map<string, 'open' | 'closed'>
  /** Creates without an answer, and when they were sent. */
  openings: Map<string, number>
  /** Ids of all runs in the file. */
  runs: Set<string>
}

/** Ids of the sessions that are still open. */
export const openSessions = ({ sessions }: Recorded): string[] =>
  [...sessions].flatMap(([id, state]) => (state === 'open' ? [id] : []))

export const nothingRecorded = (): Recorded => ({
  header: undefined,
  rows: new Map(),
  sessions: new Map(),
  openings: new Map(),
  runs: new Set(),
})

/**
 * Reads a results file line by line. Outputs may be large, and are not kept.
 * @returns its content, and how many bytes are complete lines: a crash may have cut off the last one
 * @throws CliError `usage` for a file of another kind
 */
export async function readResults(file: string): Promise<{ recorded: Recorded; whole: number }> {
  const recorded = nothingRecorded()
  let [whole, number] = [0, 0]
  let rest: Buffer[] = []
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...rest, chunk.subarray(start, end)])
      rest = []
      start = end + 1
      whole += line.length + 1
      const where = `${file}:${++number}`
      fold(recorded, parse(line.toString(), where), where)
    }
    rest.push(chunk.subarray(start))
  }
  if (number === 0 && whole === 0 && Buffer.concat(rest).length > 0) throw foreign(`${file}:1`)
  return { recorded, whole }
}

function parse(text: string, where: string): Line | undefined {
  if (text.trim() === '') return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Line
  } catch {}
  throw foreign(where)
}

const foreign = (where: string): CliError =>
  usageError(`${where} is not a line of a results file.`, 'Name another file: --results new.jsonl')

/** Adds a line to what is recorded: the last line of a row counts. @throws CliError `usage` if the header is missing */
export function fold(recorded: Recorded, line: Line | undefined, where: string): void {
  if (line === undefined) return
  if ('map' in line) {
    if (line.map !== 1) throw usageError(`${where} was written by a newer release of this tool.`)
    recorded.header ??= line
  } else if (recorded.header === undefined) throw foreign(where)
  else if ('key' in line) {
    const kept = { ...line }
    delete kept.output
    recorded.rows.set(line.key, kept)
    if (line.run_id) recorded.runs.add(line.run_id)
  } else foldSession(recorded, line)
}

function foldSession({ sessions, openings }: Recorded, line: SessionLine): void {
  const { session, session_id: id, opening, at = 0 } = line
  if (session === 'opening' && opening !== undefined) openings.set(opening, at)
  else if (opening !== undefined) openings.delete(opening)
  if (id !== undefined) sessions.set(id, session === 'open' ? 'open' : 'closed')
}
