/**
 * Runs `session exec` over and over, kills it in every way at random times, and counts the sessions that the server
 * still has open.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { cliFor } from '../support/api.ts'
import type { Reply } from '../support/api.ts'
import { BINARY } from '../support/cli.ts'
import type { Cli } from '../support/cli.ts'
import { CLOSE, CREATE, GET, startSessions } from '../support/sessions.ts'
import type { SessionServer } from '../support/sessions.ts'

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
}

interface Run {
  wrapper: ChildProcess
  /** Milliseconds, at random from what a whole run takes. */
  moment: number
  /** Milliseconds that the server takes for the create. */
  latency: number
  /** Resolves when the create has reached the server; when its answer has arrived, and the next question too. */
  creating: Promise<unknown>
  created: Promise<unknown>
}

interface Kind {
  name: string
  watchdog?: boolean
  /** Out of the ordinary: only the watchdog or the ledger can help. */
  lethal?: boolean
  kill: (run: Run) => Promise<void>
}

const PRUNE = ['session', 'prune', '--older-than', '0s']
const WHOLE_RUN = 1_200
const signalAtRandom =
  (...signals: NodeJS.Signals[]) =>
  async ({ wrapper, moment }: Run): Promise<void> => {
    for (const signal of signals) {
      await sleep(moment / signals.length)
      wrapper.kill(signal)
    }
  }

/** As a terminal does: the command gets it too. */
const signalGroup =
  (signal: NodeJS.Signals) =>
  async ({ wrapper, moment }: Run): Promise<void> => {
    await sleep(moment)
    killGroup(wrapper, signal)
  }

export const KINDS: Kind[] = [
  { name: 'no kill', kill: async () => {} },
  { name: 'INT to exec', kill: signalAtRandom('SIGINT') },
  { name: 'TERM to exec', kill: signalAtRandom('SIGTERM') },
  { name: 'HUP to exec', kill: signalAtRandom('SIGHUP') },
  { name: 'INT, then TERM, to exec', kill: signalAtRandom('SIGINT', 'SIGTERM') },
  { name: 'INT to exec and command', kill: signalGroup('SIGINT') },
  { name: 'TERM to the command', kill: (run) => signalCommand(run, 'SIGTERM') },
  { name: 'kill -9 of the command', kill: (run) => signalCommand(run, 'SIGKILL') },
  {
    name: 'kill -9 of exec, --watchdog',
    watchdog: true,
    kill: async ({ wrapper, moment, created }) => {
      await created
      await sleep(moment / 2)
      wrapper.kill('SIGKILL')
    },
  },
  {
    name: 'kill -9 of exec and command, --watchdog',
    watchdog: true,
    kill: async ({ wrapper, moment, created }) => {
      await created
      await sleep(moment / 2)
      killGroup(wrapper, 'SIGKILL')
    },
  },
  {
    name: 'kill -9 of exec during the create, --watchdog',
    watchdog: true,
    lethal: true,
    kill: async ({ wrapper, moment, latency, creating }) => {
      await creating
      await sleep((moment / WHOLE_RUN) * latency)
      wrapper.kill('SIGKILL')
    },
  },
  {
    name: 'kill -9 of exec, no watchdog',
    lethal: true,
    kill: async ({ wrapper, moment, created }) => {
      await created
      await sleep(moment / 2)
      wrapper.kill('SIGKILL')
    },
  },
]

/** The kinds in turn, each run with a server of its own. */
export async function soak(runs: number, seed: number, atOnce = 3): Promise<Row[]> {
  const random = generator(seed)
  const rows = new Map(
    KINDS.map(({ name }) => [
      name,
      { kind: name, runs: 0, created: 0, open: 0, pruned: 0, named: 0, twice: 0 },
    ]),
  )
  const plan = Array.from({ length: runs }, (_, index) => ({
    kind: KINDS[index % KINDS.length] as Kind,
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
  const wrapper = start(cli, kind.watchdog === true)
  const ended = new Promise<void>((resolve) => wrapper.once('exit', () => resolve()))
  await Promise.race([kind.kill({ wrapper, moment, latency, creating, created }), ended])
  await ended
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
function start(cli: Cli, watchdog: boolean): ChildProcess {
  const options = watchdog ? ['--watchdog'] : []
  return spawn(process.execPath, [BINARY, 'session', 'exec', ...options, '--', 'sleep', '0.4'], {
    env: cli.environment(),
    detached: true,
    stdio: 'ignore',
  })
}

async function signalCommand({ wrapper, moment, created }: Run, signal: NodeJS.Signals) {
  await created
  await sleep(moment / 2)
  for (const child of childrenOf(wrapper.pid ?? 0)) kill(child, signal)
}

function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return children.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined) kill(-pid, signal)
}

/** What has gone already needs no signal. */
function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {}
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
    ({ kind, runs, created, open, pruned, named, twice }) =>
      `| ${[kind, runs, created, twice, open, pruned, named].join(' | ')} |`,
  )
  const titles = ['', 'runs', 'sessions', 'closed twice', 'left open', 'pruned', 'named by prune']
  return [`| ${titles.join(' | ')} |`, `|${' --- |'.repeat(titles.length)}`, ...lines].join('\n')
}
