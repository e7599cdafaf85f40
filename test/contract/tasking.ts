/** What the cases about tasks have in common: the tasks, and how they are given to the binary. */
import { expect } from 'vitest'
import { cli, failure, json, page, request } from './contract.ts'
import type { MachineError, Result } from '../support/cli.ts'

export interface Run {
  run_id: string
  status: string
  output: unknown
  title: string | null
}

export const logIn = ['Log in with username demo@example.com', '--url', page('/login')]
export const extract = 'Go to the invoices page and extract all invoice numbers'

/** Nothing to do: a run that is over soon. */
export const quick = ['Wait 1 second', '--url', page('/login')]

/** Nothing to do, on a page that takes its time: a run that lasts as long as asked for. */
export const slow = (seconds: number) => [
  'Wait 1 second',
  '--url',
  page(`/slow?seconds=${seconds}`),
]

export const run = (session: string, ...args: string[]): Promise<Result> =>
  cli('task', 'run', ...args, '--session', session)

export const failingRun = (
  session: string,
  ...args: string[]
): Promise<MachineError & { exit: number | null }> =>
  failure('task', 'run', ...args, '--session', session)

export const getRun = (id: string): Promise<Run> => json<Run>('task', 'get', id)

/** Past the look at the session that `task run` takes first: the server takes such a task and lets its run fail. */
export const unlooked = (session: string): string[] => [
  '--no-session',
  '--body',
  `browser_session_id=${session}`,
]

export async function submit(session: string, ...args: string[]): Promise<string> {
  const { code, stdout } = await run(session, ...args, '--no-wait')
  expect(code).toBe(0)
  return stdout.trim()
}

/** A run takes its session when it starts to work, a moment after it was submitted. */
export async function occupied(session: string): Promise<void> {
  const occupant = async () => {
    const { body } = await request('GET', `/v1/browser_sessions/${session}`)
    return (body as { runnable_id: string | null }).runnable_id
  }
  await expect.poll(occupant, { timeout: 30_000 }).not.toBeNull()
}
