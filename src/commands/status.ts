/** `status`, and `skyvern` alone: where one stands, without a request. */
import type { Command } from 'commander'
import type { LedgerEntry } from '../config/ledger.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { CLOUD_URL, KEY_PAGE } from '../http/base-url.ts'
import { maskKey, maskRequest } from '../output/mask.ts'
import { countOf, formatDuration } from '../output/words.ts'

export function define(command: Command, context: Context): void {
  command.action(() => show(context))
}

async function show(context: Context): Promise<void> {
  const { settings, output } = context
  const local = settings.local()
  const key = local.value ? undefined : ofServer(() => settings.apiKey())
  const server = local.value ? local : settings.baseUrl()
  const current = ofServer(() => context.current().resolve())
  const entries = ofServer(() => context.ledger().entries()) ?? []
  const open = entries.filter(({ session_id: id }) => id !== undefined)
  const status = {
    server: local.value ? 'the embedded backend' : maskRequest(String(server.value)),
    server_source: server.source,
    api_key: key ? maskKey(key.value) : null,
    api_key_source: key?.source ?? null,
    current_session: current?.value ?? null,
    current_session_source: current?.source ?? null,
    created_here: open.map(({ session_id, name, opened_at }) => ({
      session_id,
      name: name ?? null,
      created_at: new Date(opened_at).toISOString(),
    })),
  }
  await output.details(status, [
    ['server', `${status.server} (${status.server_source})`],
    ['key', local.value ? 'not needed' : key ? `${status.api_key} (${key.source})` : 'none'],
    ['current session', current ? `${current.value} (${current.source})` : 'none'],
    ['created here', open.map(describe).join(', ') || 'no open session'],
  ])
  const keyPage = status.server === CLOUD_URL ? KEY_PAGE : 'see the settings of its web app'
  const steps = nextSteps(local.value || key ? undefined : keyPage, Boolean(current), open)
  output.note(`Next:\n${formatSteps([...steps, ['skyvern --help', 'lists all commands']])}`)
}

/** What depends on the server: nothing is known of one whose address is not an address. */
function ofServer<Value>(look: () => Value): Value | undefined {
  try {
    return look()
  } catch (error) {
    if (error instanceof CliError) return undefined
    throw error
  }
}

function describe({ session_id: id, name, opened_at: opened }: LedgerEntry): string {
  const age = formatDuration(Math.max(0, Date.now() - opened) / 1000)
  return `${[id, name].filter(Boolean).join(' ')} (${age} ago)`
}

type Step = [command: string, effect: string]

/** The commands that make sense now. */
function nextSteps(keyPage: string | undefined, hasSession: boolean, open: unknown[]): Step[] {
  if (keyPage !== undefined) {
    return [
      ['skyvern auth login', `stores your key (${keyPage})`],
      ['skyvern local demo', 'shows everything without an account'],
    ]
  }
  if (hasSession) {
    return [
      ['skyvern task run "…"', 'runs a task in the current session'],
      ['skyvern session close', 'closes it'],
    ]
  }
  if (open.length > 0) {
    return [
      ['skyvern session list', `shows which of the ${countOf(open, 'session')} are still open`],
    ]
  }
  return [['skyvern session create', 'opens a browser']]
}

function formatSteps(steps: Step[]): string {
  const width = Math.max(...steps.map(([command]) => command.length))
  return steps.map(([command, effect]) => `${command.padEnd(width)}  ${effect}`).join('\n')
}
