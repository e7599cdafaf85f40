/** Resolves each setting, with its source: a flag, then the environment, then the stored value, then the default. */
import { readFileSync } from 'node:fs'
import { baseUrlOf, CLOUD_URL } from '../http/base-url.ts'
import { usageError } from '../errors.ts'
import { reasonOf } from '../system/files.ts'
import { decodeText } from '../system/text.ts'
import type { ConfigStore } from './store.ts'

export interface Resolved<Value> {
  value: Value
  source: string
}

export interface SettingFlags {
  baseUrl?: string | undefined
  local?: boolean | undefined
  apiKey?: string | undefined
  apiKeyFile?: string | undefined
}

/** Options of a new session that can be stored, so that they need not be given each time. */
const SESSION_DEFAULTS = [
  'session.timeout',
  'session.proxy',
  'session.timezone',
  'session.extension',
  'session.browser-type',
] as const
export type SessionDefault = (typeof SESSION_DEFAULTS)[number]

/** The settings that `config set` accepts. */
export const SETTINGS = ['base-url', 'local', 'engine', ...SESSION_DEFAULTS] as const
export type Setting = (typeof SETTINGS)[number]

export class Settings {
  constructor(
    private readonly flags: SettingFlags,
    readonly env: NodeJS.ProcessEnv,
    private readonly store: ConfigStore,
  ) {}

  /**
   * Whether to use the embedded backend. The base URL chooses a server too, so it counts: an option overrides both
   * variables, and either variable overrides what is stored. At the same level, `local` wins.
   */
  local(): Resolved<boolean> {
    const { baseUrl, local } = this.flags
    if (local && baseUrl !== undefined)
      throw usageError('--local and --base-url exclude each other.')
    if (local !== undefined) return { value: local, source: local ? '--local' : '--no-local' }
    if (baseUrl !== undefined) return { value: false, source: '--base-url' }
    const variable = this.env['SKYVERN_LOCAL']
    if (variable) return { value: isOn(variable), source: 'SKYVERN_LOCAL' }
    if (this.env['SKYVERN_BASE_URL']) return { value: false, source: 'SKYVERN_BASE_URL' }
    const stored = this.stored('local')
    return stored ? this.toSwitch('local', stored) : { value: false, source: 'default' }
  }

  /** @throws CliError `usage` for a value that `config set` does not store: it is unclear which server is meant */
  private toSwitch(name: Setting, { value, source }: Resolved<string>): Resolved<boolean> {
    if (isSwitch(value)) return { value: value === 'true', source }
    throw usageError(
      `"${name}" in ${this.store.settingsFile} is neither true nor false.`,
      `Store it again: \`skyvern config set ${name} true\``,
    )
  }

  /** Reads the file of settings only if it decides, because an unreadable file is an error. */
  baseUrl(): Resolved<string> {
    return (
      given(this.flags.baseUrl, '--base-url') ??
      firstOf([[this.env['SKYVERN_BASE_URL'], 'SKYVERN_BASE_URL']]) ??
      this.stored('base-url') ?? { value: CLOUD_URL, source: 'default' }
    )
  }

  private stored(name: Setting): Resolved<string> | undefined {
    return firstOf([[this.store.setting(name, SETTINGS), 'config']])
  }

  /**
   * The key for the resolved base URL. Stored keys belong to one origin each and never go to another. `--api-key-file -`
   * reads standard input.
   */
  apiKey(): Resolved<string> | undefined {
    this.key ??= { found: this.readKey() }
    return this.key.found
  }
  private key: { found: Resolved<string> | undefined } | undefined

  /** A warning if a key was given on the command line that is not used. */
  unusedKey(): string | undefined {
    const { apiKey, apiKeyFile } = this.flags
    const flag = apiKey === undefined ? apiKeyFile && '--api-key-file' : '--api-key'
    const { value, source } = this.local()
    if (!flag || !value) return undefined
    return `${flag} is not used: the embedded backend (${source}) has a key of its own. --no-local uses the server.`
  }

  private readKey(): Resolved<string> | undefined {
    const { apiKey, apiKeyFile } = this.flags
    if (apiKey !== undefined && apiKeyFile !== undefined)
      throw usageError('--api-key and --api-key-file exclude each other.')
    const resolved =
      given(apiKey, '--api-key') ??
      given(apiKeyFile && readKeyFile(apiKeyFile), '--api-key-file') ??
      firstOf([[this.env['SKYVERN_API_KEY'], 'SKYVERN_API_KEY']]) ??
      this.storedKey()
    if (!resolved) return undefined
    const value = tidyKey(resolved.value)
    // The next source could have a key that the user did not mean.
    if (value === '') throw usageError(`${resolved.source} does not contain a key.`)
    return { ...resolved, value }
  }

  private storedKey(): Resolved<string> | undefined {
    const key = this.store.apiKey(baseUrlOf(this.baseUrl().value).origin)
    return given(key, this.store.keysFile ?? '')
  }

  engine(flag?: string): Resolved<string> | undefined {
    return (
      firstOf([
        [flag, '--engine'],
        [this.env['SKYVERN_ENGINE'], 'SKYVERN_ENGINE'],
      ]) ?? this.stored('engine')
    )
  }

  sessionDefault(name: SessionDefault): Resolved<string> | undefined {
    return this.stored(name)
  }

  sessionDefaults(): [SessionDefault, Resolved<string> | undefined][] {
    return SESSION_DEFAULTS.map((name) => [name, this.sessionDefault(name)])
  }
}

/** The values of a stored switch. */
export const SWITCH = ['true', 'false'] as const

export const isSwitch = (text: string): boolean => SWITCH.some((word) => word === text)

/** Whether a switch in the environment is on: not if it is empty, `0`, `false`, `no` or `off`. */
export const isOn = (value: string | undefined): boolean =>
  Boolean(value) && !/^(0|false|no|off)$/i.test(value ?? '')

const given = (value: string | undefined, source: string): Resolved<string> | undefined =>
  value === undefined ? undefined : { value, source }

function firstOf(candidates: [string | undefined, string][]): Resolved<string> | undefined {
  for (const [value, source] of candidates) if (value) return { value, source }
  return undefined
}

function readKeyFile(file: string): string {
  try {
    return decodeText(readFileSync(file === '-' ? 0 : file))
  } catch (error) {
    // Without the name of the file, because people pass the key itself by mistake.
    throw usageError(`The file of --api-key-file cannot be read: ${reasonOf(error)}.`)
  }
}

/** Removes what people paste around a key, and a server does not accept: white space, quotes, `Bearer`. */
export function tidyKey(text: string): string {
  return text
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .replace(/^Bearer\s+/i, '')
    .trim()
}
