/** The ways in which jobs are killed: by people, shells, containers, CI and batch schedulers. */
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { childrenOf, HAS_NAMESPACES } from '../support/namespaces.ts'

export interface Run {
  wrapper: ChildProcess
  /** Whether the wrapper is that of process 1. */
  first: boolean
  /** Milliseconds, at random from what a whole run takes. */
  moment: number
  /** Milliseconds that the server takes for the create. */
  latency: number
  /** Resolves when the create has reached the server; when its answer has arrived, and the next question too. */
  creating: Promise<unknown>
  created: Promise<unknown>
}

export interface Kind {
  name: string
  /** What runs in the session. */
  command?: string[]
  watchdog?: boolean
  /** As process 1 of a PID namespace. */
  first?: boolean
  /** What the process must die of: the first signal that it got. Absent where it may have ended before. */
  diesOf?: NodeJS.Signals
  /** Takes seconds each time. */
  slow?: boolean
  /** Out of the ordinary: only the watchdog or the ledger can help. */
  lethal?: boolean
  kill: (run: Run) => Promise<void>
}

/** Milliseconds that a run takes without a kill. */
export const WHOLE_RUN = 1_200
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

const LONG = ['sleep', '60']
/** Ends of nothing but KILL. */
const STUBBORN = ['sh', '-c', 'trap "" INT TERM HUP; while :; do sleep 0.2; done']

/** The process in our namespace that is process 1 in its own. */
const firstOf = ({ wrapper }: Run): number => childrenOf(wrapper.pid ?? 0)[0] ?? 0

/** Each signal after so many milliseconds, to a run whose session is there, or is being made. */
const stops =
  (...signals: [milliseconds: number, signal: NodeJS.Signals][]) =>
  async (run: Run): Promise<void> => {
    const { wrapper, first, moment, creating } = run
    await creating
    await sleep(moment)
    for (const [milliseconds, signal] of signals) {
      await sleep(milliseconds)
      if (first && signal !== 'SIGKILL') kill(firstOf(run), signal)
      else wrapper.kill(signal)
    }
  }

/** What a batch scheduler sends before the time of a job is over. */
const scheduled = (['SIGUSR1', 'SIGUSR2', 'SIGXCPU', 'SIGALRM'] as const).map((signal): Kind => ({
  name: `${signal.slice(3)} to exec`,
  command: LONG,
  diesOf: signal,
  kill: stops([0, signal]),
}))

/** Containers, and jobs that are ended with a grace of ten seconds. */
const graceful: Kind[] = [
  {
    name: 'TERM to process 1',
    command: LONG,
    first: true,
    diesOf: 'SIGTERM',
    kill: stops([0, 'SIGTERM']),
  },
  {
    name: 'INT to process 1',
    command: LONG,
    first: true,
    diesOf: 'SIGINT',
    kill: stops([0, 'SIGINT']),
  },
  {
    name: '`docker stop`, stubborn command',
    command: STUBBORN,
    first: true,
    slow: true,
    diesOf: 'SIGTERM',
    kill: stops([0, 'SIGTERM'], [10_000, 'SIGKILL']),
  },
  {
    name: 'a cancelled CI job, stubborn command',
    command: STUBBORN,
    slow: true,
    diesOf: 'SIGINT',
    kill: stops([0, 'SIGINT'], [7_500, 'SIGTERM'], [2_500, 'SIGKILL']),
  },
  {
    name: 'TERM to exec, stubborn command',
    command: STUBBORN,
    slow: true,
    diesOf: 'SIGTERM',
    kill: stops([0, 'SIGTERM'], [10_000, 'SIGKILL']),
  },
]

const ALL: Kind[] = [
  { name: 'no kill', kill: async () => {} },
  { name: 'INT to exec', kill: signalAtRandom('SIGINT') },
  { name: 'TERM to exec', kill: signalAtRandom('SIGTERM') },
  { name: 'HUP to exec', kill: signalAtRandom('SIGHUP') },
  { name: 'INT, then TERM, to exec', kill: signalAtRandom('SIGINT', 'SIGTERM') },
  { name: 'INT to exec and command', kill: signalGroup('SIGINT') },
  { name: 'TERM to the command', kill: (run) => signalCommand(run, 'SIGTERM') },
  { name: 'kill -9 of the command', kill: (run) => signalCommand(run, 'SIGKILL') },
  ...scheduled,
  ...graceful,
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

export const KINDS = ALL.filter(({ first }) => !first || HAS_NAMESPACES)

async function signalCommand({ wrapper, moment, created }: Run, signal: NodeJS.Signals) {
  await created
  await sleep(moment / 2)
  for (const child of childrenOf(wrapper.pid ?? 0)) kill(child, signal)
}

export function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined) kill(-pid, signal)
}

/** What has gone already needs no signal. */
function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {}
}
