/** Runs a map from its plan to its end: sessions, rows, signals, and the final report. */
import type { CreateBrowserSessionRequest } from '../api/types.ts'
import type { Context } from '../context.ts'
import { countOf, formatDuration } from '../output/words.ts'
import { CliError } from '../errors.ts'
import { Interrupted, interruptible } from '../interrupts.ts'
import type { Interruption } from '../interrupts.ts'
import { abandonedClose } from '../sessions/close.ts'
import { report } from '../output/report.ts'
import { watchRuns } from '../runs/watch.ts'
import type { Client } from '../http/request.ts'
import { Gate } from './gate.ts'
import type { Journal } from './journal.ts'
import { Mapper } from './mapper.ts'
import { findOrphans } from './orphans.ts'
import type { Plan } from './plan.ts'
import { Pool } from './pool.ts'
import { Tally } from './tally.ts'
import { failuresOf } from './outcome.ts'

export interface MapOptions {
  /** The number of sessions at once. */
  size: number
  session: CreateBrowserSessionRequest
  /** Seconds that a run may take. */
  limit: number
  maxFailures: number
  retryInDoubt: boolean
}

const SECOND = 1000

/** Runs the remaining rows. Returns the failures, gravest first. @throws Interrupted */
export async function mapRows(
  context: Context,
  client: Client,
  journal: Journal,
  plan: Plan,
  options: MapOptions,
): Promise<CliError[]> {
  const { output } = context
  const stop = new AbortController()
  const total = plan.queue.length + plan.inFlight.length + plan.done.length + plan.failed.length
  const tally = new Tally(total, plan.done.length, plan.failed)
  const pool = new Pool({
    client,
    journal,
    ledger: context.ledger(),
    body: options.session,
    stop: stop.signal,
    onLimit: (error, pause, open) =>
      output.note(
        `${open} sessions are open. The next one is tried in ${seconds(pause)}: ${error.message}.`,
      ),
    warn: context.warn,
  })
  const gate = new Gate({
    most: Infinity,
    onPause: (error, pause) => output.note(`Pausing for ${seconds(pause)}: ${error.message}.`),
  })
  const runs = watchRuns(client, stop.signal)
  const { size, ...rest } = options
  const mapper = new Mapper(plan, { client, journal, pool, gate, runs, tally, stop, ...rest })
  const progress = output.progress(tally.line())
  const ticking = setInterval(() => progress.update(tally.line()), SECOND)
  const signals = endOnSignal(context, client, mapper, pool, stop)
  let orphans: CliError | undefined
  try {
    await pool.takeOver()
    await mapper.run(size)
    await pool.closeAll()
    orphans = await findOrphans(client, journal, context.ledger())
  } finally {
    clearInterval(ticking)
    progress.stop()
    signals.release()
  }
  output.note(`${tally.line()} · ${journal.file}`)
  const failures = failuresOf({ tally, mapper, pool, orphans, file: journal.file, options })
  const received = signals.received()
  if (received) {
    for (const failure of failures) report(failure, output)
    throw new Interrupted(received)
  }
  return failures
}

const seconds = (milliseconds: number): string => formatDuration(Math.ceil(milliseconds / 1000))

/**
 * The first Ctrl-C lets the running rows end. A second one, or any other signal, closes their sessions at once. One more
 * exits and names what is still open.
 */
function endOnSignal(
  { output }: Context,
  client: Client,
  mapper: Mapper,
  pool: Pool,
  stop: AbortController,
): Interruption {
  let first = true
  return interruptible('map', {
    onSignal: (signal) => {
      mapper.drain()
      if (signal === 'SIGINT' && first) {
        output.note(
          'Stopping: no new rows are sent, and running rows are finished. Ctrl-C again closes their sessions; the next start runs those rows again.',
        )
      } else if (!stop.signal.aborted) {
        output.note(`Closing ${countOf([...pool.open], 'session')}.`)
        stop.abort()
      }
      first = false
    },
    onAbandon: () => {
      for (const id of pool.open.keys()) report(abandonedClose(client, id), output)
    },
  })
}
