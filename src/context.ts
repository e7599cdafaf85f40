/**
 * What a command works with: the output, the global options, and what follows from them, resolved on first use. There is
 * one context per process.
 */
import { findAgents } from './http/agents.ts'
import { baseUrlOf, whereKeyIs } from './http/base-url.ts'
import type {
  Client,
  ClientOptions,
  Exchange,
  PlannedRequest,
  RequestOptions,
} from './http/request.ts'
import { CurrentSession } from './config/current-session.ts'
import { ConfigStore } from './config/store.ts'
import { findFolders, localState } from './config/folders.ts'
import type { Folders } from './config/folders.ts'
import { Ledger } from './config/ledger.ts'
import { resolveScope } from './config/scope.ts'
import type { Scope } from './config/scope.ts'
import { isOn, Settings } from './config/settings.ts'
import type { Resolved, SettingFlags } from './config/settings.ts'
import { CliError, emptyId } from './errors.ts'
import type { LocalBackend } from './local/door.ts'
import { messageOf } from './system/files.ts'
import { cleanLine } from './output/clean.ts'
import { formatDuration } from './output/words.ts'
import type { Output } from './output/output.ts'

/** The options that every command takes. */
export interface Globals extends SettingFlags {
  json?: boolean
  fields?: string[]
  quiet?: boolean
  input?: boolean
  debug?: boolean
  strict?: boolean
  dryRun?: boolean
  insecureHttp?: boolean
  requestTimeout?: number
  maxRetries?: number
  header?: Record<string, string>
  query?: Record<string, string[]>
  body?: Record<string, unknown>
  /** Seconds; of the commands that create sessions or submit runs. */
  retryFor?: number
}

export class Context {
  globals: Globals = {}
  readonly env: NodeJS.ProcessEnv
  readonly folders: Folders | undefined
  readonly scope: Scope
  readonly store: ConfigStore
  /** What a dry run would have sent. */
  readonly planned: PlannedRequest[] = []
  private backend: Promise<LocalBackend> | undefined
  private resolving: Settings | undefined

  constructor(readonly output: Output) {
    this.env = output.terminal.env
    this.folders = findFolders(this.env)
    this.scope = resolveScope(this.env)
    this.store = new ConfigStore(this.folders?.config, () => this.stateFolder(), this.warn)
  }

  /** Called once, after the command line has been parsed. */
  begin(globals: Globals): void {
    this.globals = globals
    this.resolving = undefined
    const { json, fields, quiet, input } = globals
    this.output.mode = { json, fields, quiet, input }
    if (globals.apiKey !== undefined && this.output.terminal.stderr.interactive) {
      this.warn('Other users can see --api-key in the process list. Use --api-key-file instead.')
    }
  }

  /** Prints each warning once: several places may find the same damaged file. */
  readonly warn = (text: string): void => {
    if (this.warned.has(text)) return
    this.warned.add(text)
    this.output.warn(text)
  }
  private readonly warned = new Set<string>()

  get settings(): Settings {
    this.resolving ??= new Settings(this.globals, this.env, this.store)
    return this.resolving
  }

  /** The embedded backend, started if it is not running. */
  local(port?: number): Promise<LocalBackend> {
    this.backend ??= this.startLocal(port)
    return this.backend
  }

  private async startLocal(port?: number): Promise<LocalBackend> {
    const { ensureBackend } = await import('./local/door.ts')
    return ensureBackend(this.localFolder(), { env: this.env, port, onOtherVersion: this.warn })
  }

  /** The folder of the embedded backend. */
  localFolder(): string {
    return `${this.localState()}/local`
  }

  /** The folder of current sessions and the ledger. Undefined without a home folder, except for the embedded backend. */
  stateFolder(): string | undefined {
    return this.origin() === 'local' ? this.localState() : this.folders?.state
  }

  private localState(): string {
    try {
      return localState(this.folders, this.env)
    } catch (error) {
      throw new CliError('usage', `The embedded backend needs a folder: ${messageOf(error)}`, {
        hint: 'Set SKYVERN_CONFIG_DIR to a folder that you can write to.',
      })
    }
  }

  /** Keys and sessions are stored by this: scheme, host and port, or `local` for the embedded backend, whose port changes. */
  origin(): string {
    if (this.settings.local().value) return 'local'
    return baseUrlOf(this.settings.baseUrl().value).origin
  }

  current(): CurrentSession {
    return new CurrentSession(this.store, this.origin(), this.scope, this.env, this.warn)
  }

  ledger(): Ledger {
    return new Ledger(this.stateFolder(), this.origin(), this.scope.value, this.warn)
  }

  /**
   * The session that a command works on: the given id or name, else the current session; and its source.
   * @param otherwise added to the hint if there is no current session
   * @throws CliError `no_current_session`; `usage` for an empty text, which is often an unset variable of a script
   */
  resolveSession(given?: string, otherwise?: string): { id: string; source: string } {
    if (given === '') throw emptyId()
    if (given !== undefined) return { id: this.ledgerId(given), source: 'argument' }
    const current = this.current().resolve()
    if (!current) throw this.noCurrentSession(otherwise)
    return { id: this.ledgerId(current.value), source: current.source }
  }

  private noCurrentSession(otherwise = ''): CliError {
    const local = this.origin() !== 'local' && this.store.lastSession('local', this.scope.value)
    const hint = local
      ? `The one of the embedded backend is ${local}: add --local.`
      : `Create one: \`skyvern session create\`. Or pass the id of an open one: \`skyvern session list\`. ${otherwise}`
    return new CliError('no_current_session', 'No current session.', { hint: hint.trim() })
  }

  /** The id of that session. If it is the current one, says so on stderr. @throws as `resolveSession` */
  sessionId(given?: string, otherwise?: string): string {
    const { id, source } = this.resolveSession(given, otherwise)
    if (given === undefined) this.output.note(`Session ${cleanLine(id)} (${source})`)
    return id
  }

  /** A name can be used wherever an id can. Ids start with `pbs_`; names cannot. */
  private ledgerId(given: string): string {
    if (given.startsWith('pbs_')) return given
    const id = this.ledger().find(given)?.session_id
    if (id) return id
    throw new CliError('not_found', `No session is named "${given}" here.`, {
      hint: 'Ids start with pbs_. Names come from `session create --name`, on this machine and in this scope.',
    })
  }

  /** @throws CliError `auth_missing` without a key; a dry run does not need one */
  async client(overrides: Partial<ClientOptions> = {}): Promise<Client> {
    const { createClient } = await import('./http/client.ts')
    const dryRun = this.globals.dryRun ? this.planned : undefined
    const options = { ...(await this.transport()), dryRun, ...overrides }
    return createClient({ ...options, ...(await this.target(options)) })
  }

  /** A client that can read even in a dry run. @throws as `client` */
  reader(): Promise<Client> {
    return this.client({ dryRun: undefined })
  }

  /** Options of requests to any server. */
  async transport(): Promise<Partial<ClientOptions>> {
    const { header, requestTimeout, maxRetries, insecureHttp } = this.globals
    return {
      agentFor: await findAgents(this.env),
      headers: header,
      timeoutInSeconds: requestTimeout,
      maxRetries,
      insecureHttp,
      exactNumbers: true,
      onSilence: (text) => this.output.note(text),
      onExchange: this.debugging ? (exchange) => this.logExchange(exchange) : undefined,
    }
  }

  private async target({ apiKey: given, dryRun }: Partial<ClientOptions>): Promise<Target> {
    const { settings } = this
    if (settings.local().value) {
      const unused = settings.unusedKey()
      if (unused) this.warn(unused)
      if (dryRun) return { baseUrl: 'http://127.0.0.1' }
      const { baseUrl, apiKey } = await this.local()
      return { baseUrl, apiKey, ephemeral: true }
    }
    const baseUrl = settings.baseUrl().value
    if (dryRun) return { baseUrl }
    const apiKey = given ?? settings.apiKey()?.value
    if (apiKey === undefined) throw noKey(settings.baseUrl())
    return { baseUrl, apiKey }
  }

  /** `--query` and `--body` go with a command's main request. */
  requestOptions(): RequestOptions {
    const { query, body, retryFor } = this.globals
    const onPause = (error: Error, milliseconds: number): void =>
      this.output.note(`Trying again in ${formatDuration(milliseconds / 1000)}: ${error.message}.`)
    const patience = retryFor === undefined ? undefined : { seconds: retryFor, onPause }
    return { queryParams: query, bodyParams: body, patience }
  }

  get debugging(): boolean {
    return this.globals.debug === true || isOn(this.env['SKYVERN_DEBUG'])
  }

  private logExchange({ method, path, status, milliseconds, error }: Exchange): void {
    this.output.debug(`${method} ${path} → ${error ?? status} in ${milliseconds} ms`)
  }
}

/** Where requests go. A dry run does not have a key. */
type Target = Pick<ClientOptions, 'baseUrl' | 'apiKey' | 'ephemeral'>

function noKey(baseUrl: Resolved<string>): CliError {
  return new CliError('auth_missing', `No API key for ${cleanLine(baseUrl.value)}.`, {
    hint: [
      `${whereKeyIs(baseUrl.value)} Then run \`skyvern auth login\`, or set SKYVERN_API_KEY.`,
      'Without an account: add --local, which needs no key and runs on this machine.',
    ].join('\n'),
  })
}
