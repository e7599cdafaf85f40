/** Each setting from where it counts most: flag, environment, stored, default; always with its source. */
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

/** What `config set` takes. */
export const SETTINGS = ['base-url', 'local', 'engine', ...SESSION_DEFAULTS] as const
export type Setting = (typeof SETTINGS)[number]

export class Settings {
  constructor(
    private readonly flags: SettingFlags,
    readonly env: NodeJS.ProcessEnv,
    private readonly store: ConfigStore,
  ) {}

  /**
   * Whether the embedded backend is meant. It and the base URL each choose the server, so what names a base URL counts
   * too: an option beats both variables, either variable beats what is stored, and of two beside each other local wins.
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

  /** @throws CliError `usage` for what `config set` would not have stored: which server it means is a guess */
  private toSwitch(name: Setting, { value, source }: Resolved<string>): Resolved<boolean> {
    if (isSwitch(value)) return { value: value === 'true', source }
    throw usageError(
      `"${name}" in ${this.store.settingsFile} is neither true nor false.`,
      `Store it again: \`skyvern config set ${name} true\``,
    )
  }

  /** The file of settings is read only where it decides: one that cannot be read stops whoever needs it. */
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

  /** What to say of a key on the command line when it is not used: it is for some server. */
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
    // Another key in its place would be one that nobody asked for.
    if (value === '') throw usageError(`There is no key in ${resolved.source}.`)
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

/** What a stored switch takes. */
export const SWITCH = ['true', 'false'] as const

export const isSwitch = (text: string): boolean => SWITCH.some((word) => word === text)

/** Whether a variable that is a switch is on: anything but nothing, `0`, `false`, `no` and `off`. */
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
    // Not its name: people give the key itself.
    throw usageError(`The file of --api-key-file cannot be read: ${reasonOf(error)}.`)
  }
}

/** What people paste around a key, and the server does not forgive: white space, quotes, `Bearer`. */
export function tidyKey(text: string): string {
  return text
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .replace(/^Bearer\s+/i, '')
    .trim()
}
