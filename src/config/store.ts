/**
 * The config store: what one command leaves for the next. The API key of each server; the last session of each server
 * and scope, so that later commands run in the same browser; and the settings of `config set`. Files are read by hand,
 * because conf costs more than a whole command; conf writes them, and is loaded for that.
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

const MEND =
  'It may name another server than the one that would be used. Mend the file, or move it away.'

export class ConfigStore {
  constructor(
    /** The folder of keys and settings; without one nothing is stored. */
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

  /** The session that was current before. */
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
   * @param known the names that there are: any other one in the file is told
   * @throws CliError `usage` for a file that cannot be read: what it says may be another server
   */
  setting(name: string, known: readonly string[]): string | undefined {
    const file = this.settingsFile
    if (!file) return undefined
    this.settings ??= this.readSettings(file, known)
    const value = this.settings[name]
    if (value === undefined || typeof value === 'string') return value
    // Written by hand: `config set` stores texts.
    if (typeof value === 'boolean') return String(value)
    throw usageError(`"${name}" in ${file} is not a text.`, MEND)
  }
  private settings: Record<string, unknown> | undefined

  private readSettings(file: string, known: readonly string[]): Record<string, unknown> {
    let settings: Record<string, unknown>
    try {
      settings = readObject(file) ?? {}
    } catch (error) {
      // Where the folder is a file there are none.
      if (codeOf(error) === 'ENOTDIR') return {}
      throw usageError(`The settings in ${file} cannot be read: ${reasonOf(error)}.`, MEND)
    }
    const names = Object.keys(settings).filter((name) => !known.includes(name))
    for (const name of names) this.warn(`"${name}" in ${file} is not a setting, and does nothing.`)
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
