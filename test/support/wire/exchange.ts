/** A command and what it puts on the wire. */
import type { Routes } from '../api.ts'

export interface Exchange {
  /** The function of the API module. */
  endpoint: string
  /** `POST /v1/browser_sessions`, with `*` for ids. */
  route: string
  /** The command line, a word each. */
  args: string[]
  /** Files in the folder where the command runs. */
  files?: Record<string, string>
  /** Option or argument → the field that it sets, `query.` before one of the query, or `path`. */
  fields: [flag: string, wire: string][]
  query?: Record<string, string[]>
  body?: unknown
  /** What the server answers, where it is not the usual object. */
  reply?: Routes[string]
  /** The command is about another request: this one gets no `--query` and `--body`. */
  aside?: true
  /** Other endpoints that the command asks on its way. */
  around?: Routes
}

export const words = (line: string, ...more: string[]): string[] => [...line.split(' '), ...more]
