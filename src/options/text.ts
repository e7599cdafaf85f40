/** Texts and JSON that are given on the command line, in a file (`@file`) or on standard input (`-`). */
import { readFileSync, readSync } from 'node:fs'
import type { Json } from '../api/types.ts'
import { reasonOf } from '../system/files.ts'
import { decodeText } from '../system/text.ts'
import { usageError } from '../errors.ts'

let stdinIsRead = false

/** The text itself, that of `@file`, or standard input for `-`; `@@` stands for a leading `@`. @param option its name in errors */
export function readText(given: string, option: string): string {
  if (given.startsWith('@@')) return given.slice(1)
  if (given !== '-' && !given.startsWith('@')) return given
  if (given === '-' && stdinIsRead) {
    throw usageError(`${option}: standard input was already read. A command takes one -.`)
  }
  stdinIsRead ||= given === '-'
  try {
    return decodeText(given === '-' ? readStandardInput() : readFileSync(given.slice(1)))
  } catch (error) {
    throw usageError(
      `${option}: ${given} cannot be read: ${reasonOf(error)}.`,
      given === '-' ? undefined : `For a text that begins with @, write two: @${given}`,
    )
  }
}

/** All of it. Where another process made the pipe non-blocking, and its writer is slow, waits for the writer. */
function readStandardInput(): Buffer {
  const pieces: Buffer[] = []
  for (;;) {
    try {
      const piece = Buffer.alloc(65_536)
      const length = readSync(0, piece)
      if (length === 0) return Buffer.concat(pieces)
      pieces.push(piece.subarray(0, length))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // The end of a pipe on Windows.
      if (code === 'EOF') return Buffer.concat(pieces)
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

export function readJsonOption(given: string, option: string): Json {
  const text = readText(given, option)
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    const reason = error instanceof Error ? error.message : ''
    throw usageError(`${option} takes JSON, @file or -: ${reason}`)
  }
}

/** A JSON object whose values are all strings: error codes, headers. */
export function readStringMap(given: string, option: string): Record<string, string> {
  const value = readJsonOption(given, option)
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) && value
  if (entries && Object.values(entries).every((item) => typeof item === 'string')) {
    return entries as Record<string, string>
  }
  throw usageError(`${option} takes a JSON object of strings.`)
}
