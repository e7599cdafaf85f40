/** What earlier commands left: sessions on the server, and on this machine by way of the product's own stores. */
import { ConfigStore } from '../../src/config/store.ts'
import { Ledger } from '../../src/config/ledger.ts'
import type { Answer, Api, Recorded, Reply } from './api.ts'
import type { Cli } from './cli.ts'
import { CREATE_SESSION } from './routes.ts'

interface Opening {
  name?: string
  scope?: string
  /** The body of the create. */
  body?: object
}

const stop = (warning: string): never => {
  throw new Error(warning)
}

/** What the commands of this home have stored. A warning of the store fails the test. */
export const storeOf = ({ folder }: Cli): ConfigStore => new ConfigStore(folder, () => folder, stop)

/** A session that another machine opened, without a recorded request. @returns its id */
export async function openElsewhere(api: Api, body: object = {}): Promise<string> {
  let reply: Reply | undefined = api.routes[CREATE_SESSION]
  if (typeof reply === 'function') reply = await reply({ body } as Recorded, 0)
  const { browser_session_id: id } = (reply as Answer).json as { browser_session_id: string }
  return id
}

/** A session as `session create` leaves it: on the server, in the ledger, and the current one. @returns its id */
export async function openBefore(cli: Cli, api: Api, opening: Opening = {}): Promise<string> {
  const { name, scope = '', body } = opening
  const id = await openElsewhere(api, body)
  const ledger = new Ledger(cli.folder, api.url, scope, stop)
  ledger.complete(ledger.open({ createTakes: 60, name }), id, Date.now())
  await storeOf(cli).setLastSession(api.url, scope, id)
  return id
}

/** Settings as `config set` leaves them. */
export async function setBefore(cli: Cli, settings: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(settings)) await storeOf(cli).setSetting(name, value)
}

/** The current session of this server, as the next command will find it. */
export const currentOf = (cli: Cli, api: Api): string | undefined =>
  storeOf(cli).lastSession(api.url, '')

/** A key as `auth login` leaves it. */
export const logInBefore = (cli: Cli, url: string, key: string): Promise<void> =>
  storeOf(cli).setApiKey(url, key)

/** The last run as `task run` leaves it. */
export const submitBefore = (cli: Cli, api: Api, runId: string): void =>
  storeOf(cli).setLastRun(api.url, '', runId)
