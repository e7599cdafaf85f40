/**
 * The config store: what one command stores for the next. It has the API key of each server, the last session of each
 * server and scope, so that later commands run in the same browser, and the settings of `config set`. Files are read
 * directly, because loading conf takes longer than a whole command. conf is loaded to write them.
 */
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CliError, usageError } from '../errors.ts'
import {
  codeOf,
  makePrivateFolder,
  readObject,
  readValues,
  reasonOf,
  repairMode,
  replaceFile,
} from '../system/files.ts'
import type { Warn } from '../system/files.ts'

const CORRECT_IT =
  'The file may name another server than the one that would be used. Correct it, or move it away.'

export class ConfigStore {
  constructor(
    /** The folder of keys and settings. Undefined: nothing is stored. */
    private readonly config: string | undefined,
    /** The folder of current sessions. A function, because it depends on the settings. */
    private readonly state: () => string | undefined,
    private readonly warn: Warn,
  ) {}

  get keysFile(): string | undefined {
    return this.config && join(this.config, 'keys.json')
  }

  get settingsFile(): string | undefined {
    return this.config && join(this.config, 'config.json')
  }

  /** The key for one server: scheme, host and port. A key never goes to another one. */
  apiKey(origin: string): string | undefined {
    const file = this.keysFile
    const key = file && readValues(file, this.warn)[origin]
    if (!file || typeof key !== 'string') return undefined
    repairMode(file, 0o600, this.warn)
    return key
  }

  /** Stores a key; undefined removes it. @throws CliError when it cannot be stored */
  async setApiKey(origin: string, key: string | undefined): Promise<void> {
    if (!this.keysFile) throw usageError('There is no home folder to store a key in.')
    const { updateValues } = await import('./conf-file.ts')
    await updateValues(this.keysFile, { [origin]: key }, this.warn)
  }

  /** The session that the last command of this server and scope left as the current one. */
  lastSession(origin: string, scope: string): string | undefined {
    return this.remembered(this.sessionFile(origin, scope), 'session_id')
  }

  /** The session that was current before it. */
  sessionBefore(origin: string, scope: string): string | undefined {
    return this.remembered(this.sessionFile(origin, scope), 'before')
  }

  /** The run that the last command of this server and scope submitted. */
  lastRun(origin: string, scope: string): string | undefined {
    return this.remembered(this.fileIn('runs', origin, scope), 'run_id')
  }

  /** Of several processes at once, the last one wins. @throws what the file system throws */
  setLastRun(origin: string, scope: string, runId: string): void {
    const file = this.fileIn('runs', origin, scope)
    if (!file) return
    makePrivateFolder(dirname(file))
    replaceFile(file, JSON.stringify({ run_id: runId, origin, scope }), { flush: false })
  }

  private remembered(file: string | undefined, field: string): string | undefined {
    const id = file && readValues(file, this.warn)[field]
    return typeof id === 'string' ? id : undefined
  }

  /** Of several processes at once, the last one wins. @throws CliError `internal` when it cannot be stored */
  async setLastSession(origin: string, scope: string, sessionId: string): Promise<void> {
    const file = this.sessionFile(origin, scope)
    if (!file) throw new CliError('internal', 'There is no home folder to remember it in.')
    const { writeValues } = await import('./conf-file.ts')
    const last = this.lastSession(origin, scope)
    const before = last === sessionId ? this.sessionBefore(origin, scope) : last
    await writeValues(file, { session_id: sessionId, before, origin, scope }, this.warn)
  }

  /** @throws what the file system throws */
  forgetLastSession(origin: string, scope: string): void {
    const file = this.sessionFile(origin, scope)
    if (file) rmSync(file, { force: true })
  }

  /**
   * @param known the names of all settings: the first read warns about other names in the file
   * @throws CliError `usage` if the file cannot be read, because it may name another server
   */
  setting(name: string, known: readonly string[]): string | undefined {
    const file = this.settingsFile
    if (!file) return undefined
    this.settings ??= this.readSettings(file, known)
    const value = this.settings[name]
    if (value === undefined || typeof value === 'string') return value
    // The file was edited by hand: `config set` stores strings.
    if (typeof value === 'boolean') return String(value)
    throw usageError(`"${name}" in ${file} is not a string.`, CORRECT_IT)
  }
  private settings: Record<string, unknown> | undefined

  private readSettings(file: string, known: readonly string[]): Record<string, unknown> {
    let settings: Record<string, unknown>
    try {
      settings = readObject(file) ?? {}
    } catch (error) {
      // A file is in the place of the folder, so nothing is stored.
      if (codeOf(error) === 'ENOTDIR') return {}
      throw usageError(`The settings in ${file} cannot be read: ${reasonOf(error)}.`, CORRECT_IT)
    }
    const names = Object.keys(settings).filter((name) => !known.includes(name))
    for (const name of names) this.warn(`"${name}" in ${file} is not a setting. It is ignored.`)
    return settings
  }

  /** Stores a setting; undefined removes it. @throws CliError when it cannot be stored */
  async setSetting(name: string, value: string | undefined): Promise<void> {
    if (!this.settingsFile) throw usageError('There is no home folder to store settings in.')
    const { updateValues } = await import('./conf-file.ts')
    await updateValues(this.settingsFile, { [name]: value }, this.warn)
  }

  private sessionFile(origin: string, scope: string): string | undefined {
    return this.fileIn('current', origin, scope)
  }

  private fileIn(kind: 'current' | 'runs', origin: string, scope: string): string | undefined {
    const folder = this.state()
    if (!folder) return undefined
    const key = createHash('sha256').update(`${origin}\n${scope}`).digest('hex').slice(0, 16)
    const name = origin.replace(/^https?:\/\//, '').replace(/[^a-z0-9.]+/gi, '-')
    return join(folder, kind, `${name}-${key}.json`)
  }
}
