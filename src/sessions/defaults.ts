/** Defaults for new sessions: the settings `session.timeout`, `session.proxy` and so on. */
import { BROWSER_TYPES, EXTENSIONS } from '../api/values.ts'
import type { Settings, SessionDefault } from '../config/settings.ts'
import { usageError } from '../errors.ts'
import { parseSessionMinutes } from '../options/duration.ts'
import { offering, parseChoice, parseChoices, choicesOf } from '../options/parse.ts'
import { parseProxy } from '../options/proxy.ts'
import { parseTimezone } from '../options/timezone.ts'
import type { NewSessionOptions } from './options.ts'

const PARSERS: Record<SessionDefault, [keyof NewSessionOptions, (text: string) => unknown]> = {
  'session.timeout': ['timeout', parseSessionMinutes],
  'session.proxy': ['proxy', parseProxy],
  'session.timezone': ['timezone', parseTimezone],
  'session.extension': [
    'extension',
    offering(EXTENSIONS, (text) => parseChoices(EXTENSIONS)(text)),
  ],
  'session.browser-type': ['browserType', parseChoice(BROWSER_TYPES)],
}

/** The parsed value of a default. @throws CliError `usage` if the option would not accept it */
export function parseDefault(name: SessionDefault, text: string): unknown {
  try {
    return PARSERS[name][1](text)
  } catch (error) {
    throw usageError(`${name}: ${error instanceof Error ? error.message : error}`)
  }
}

/** What a default can be, where that can be listed. */
export const choicesOfDefault = (name: SessionDefault): readonly string[] =>
  choicesOf(PARSERS[name][1]) ?? []

/** The options with the stored defaults added, and the source of each default that was used. */
export function withDefaults(
  settings: Settings,
  options: NewSessionOptions,
): { options: NewSessionOptions; sources: Partial<Record<keyof NewSessionOptions, string>> } {
  const { proxyLocation, extensions, ...rest } = options
  const given: NewSessionOptions = {
    ...rest,
    proxy: rest.proxy ?? proxyLocation,
    extension: rest.extension ?? extensions,
  }
  const sources: Partial<Record<keyof NewSessionOptions, string>> = {}
  for (const name of Object.keys(PARSERS) as SessionDefault[]) {
    const [option] = PARSERS[name]
    const stored = given[option] === undefined ? settings.sessionDefault(name) : undefined
    if (stored === undefined) continue
    Object.assign(given, { [option]: parseDefault(name, stored.value) })
    sources[option] = stored.source
  }
  return { options: given, sources }
}
