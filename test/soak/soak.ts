/**
 * Runs `session exec` over and over, kills it in every way at random times, and counts the sessions that the server
 * still has open.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { cliFor } from '../support/api.ts'
import type { Reply } from '../support/api.ts'
import { BINARY } from '../support/cli.ts'
import type { Cli } from '../support/cli.ts'
import { UNSHARE } from '../support/namespaces.ts'
import { CLOSE, CREATE, GET, startSessions } from '../support/sessions.ts'
import type { SessionServer } from '../support/sessions.ts'
import { killGroup, WHOLE_RUN } from './kinds.ts'
import type { Kind, Run } from './kinds.ts'

export interface Row {
  kind: string
  runs: number
  /** Sessions that the server made. */
  created: number
  /** Of these, still open when everything had ended. */
  open: number
  /** Of these, closed by `session prune` afterwards, or named by it. */
  pruned: number
  named: number
  /** Of these, closed by more than one request. */
  twice: number
  /** Runs that did not end as they should after the signal that they got. */
  wrongEnds: number
}

const PRUNE = ['session', 'prune', '--older-than', '0s']
const SHORT = ['sleep', '0.4']

/** The kinds in turn, each run with a server of its own. */
export async function soak(kinds: Kind[], runs: number, seed: number, atOnce = 3): Promise<Row[]> {
  const random = generator(seed)
  const counts = { runs: 0, created: 0, open: 0, pruned: 0, named: 0, twice: 0, wrongEnds: 0 }
  const rows = new Map(kinds.map(({ name }) => [name, { kind: name, ...counts }]))
  const plan = Array.from({ length: runs }, (_, index) => ({
    kind: kinds[index % kinds.length] as Kind,
    moment: random() * WHOLE_RUN,
    latency: 20 + random() * 180,
  }))
  const worker = async (): Promise<void> => {
    for (let next = plan.shift(); next; next = plan.shift()) {
      const result = await runOnce(next.kind, next.moment, next.latency)
      const row = rows.get(next.kind.name) as Row
      row.runs++
      row.created += result.created
      row.open += result.open
      row.pruned += result.pruned
      row.named += result.named
      row.twice += result.twice
      row.wrongEnds += result.wrongEnds
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return [...rows.values()]
}

async function runOnce(
  kind: Kind,
  moment: number,
  latency: number,
): Promise<Omit<Row, 'kind' | 'runs'>> {
  const api = await startSessions()
  const { creating, created } = slowDown(api, latency)
  const cli = cliFor(api)
  const { first = false } = kind
  const wrapper = start(cli, kind)
  const ended = new Promise<number>((resolve) =>
    wrapper.once('exit', (code, signal) =>
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']),
    ),
  )
  const run = { wrapper, first, moment, latency, creating, created }
  await Promise.race([kind.kill(run), ended])
  const status = await ended
  killGroup(wrapper, 'SIGKILL')
  // A create that was on its way makes a session all the same.
  while (api.sent(CREATE).length > api.sessions.size) await sleep(20)
  // The watchdog goes on after us.
  const patience = Date.now() + (kind.lethal ? 2_000 : 20_000)
  while (api.open().length > 0 && Date.now() < patience) await sleep(50)
  const open = api.open()
  const left = open.length > 0 ? (await cli.run(PRUNE)).stderr : ''
  return {
    created: api.sessions.size,
    open: open.length,
    pruned: open.length - api.open().length,
    named: api.open().filter((id) => left.includes(`skyvern session close ${id}`)).length,
    twice: api.closes().filter((count) => count > 1).length,
    wrongEnds: kind.diesOf && status !== 128 + constants.signals[kind.diesOf] ? 1 : 0,
  }
}

/** The server takes its time for creates and closes, as a cloud does. */
function slowDown(api: SessionServer, latency: number): Pick<Run, 'creating' | 'created'> {
  const progress = new EventEmitter()
  const [create, look, close] = [CREATE, GET, CLOSE].map((route) => api.routes[route])
  api.routes[CREATE] = async (): Promise<Reply> => {
    progress.emit('creating')
    await sleep(latency)
    return create ?? 'drop'
  }
  api.routes[GET] = (): Reply => {
    progress.emit('created')
    return look ?? 'drop'
  }
  api.routes[CLOSE] = async (): Promise<Reply> => {
    await sleep(latency / 2)
    return close ?? 'drop'
  }
  return { creating: once(progress, 'creating'), created: once(progress, 'created') }
}

/** In a process group of its own, so that the command can be reached as a terminal reaches it. */
function start(cli: Cli, { watchdog, first, command = SHORT }: Kind): ChildProcess {
  const options = watchdog ? ['--watchdog'] : []
  const exec = [process.execPath, BINARY, 'session', 'exec', ...options, '--', ...command]
  const [file = '', ...args] = first ? ['unshare', ...UNSHARE, ...exec] : exec
  return spawn(file, args, {
    env: cli.environment(),
    detached: true,
    stdio: 'ignore',
  })
}

/** Mulberry32: the same numbers from the same seed. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A table for docs/scripting.md. */
export function formatRows(rows: Row[]): string {
  const lines = rows.map(
    ({ kind, runs, created, open, pruned, named, twice, wrongEnds }) =>
      `| ${[kind, runs, created, twice, open, pruned, named, wrongEnds].join(' | ')} |`,
  )
  const titles = [
    '',
    'runs',
    'sessions',
    'closed twice',
    'left open',
    'pruned',
    'named by prune',
    'wrong ends',
  ]
  return [`| ${titles.join(' | ')} |`, `|${' --- |'.repeat(titles.length)}`, ...lines].join('\n')
}
