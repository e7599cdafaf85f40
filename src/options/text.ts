/** Texts and JSON that are given on the command line, in a file (`@file`) or on standard input (`-`). */
import { readFileSync } from 'node:fs'
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
  const file = given === '-' ? 0 : given.slice(1)
  try {
    return decodeText(readFileSync(file))
  } catch (error) {
    throw usageError(
      `${option}: ${given} cannot be read: ${reasonOf(error)}.`,
      given === '-' ? undefined : `For a text that begins with @, write two: @${given}`,
    )
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
