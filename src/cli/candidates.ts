/** Candidates for sessions, runs, profiles and the like. */
import type { Client } from '../http/request.ts'
import { ENGINES } from '../api/values.ts'
import { SETTINGS } from '../config/settings.ts'
import type { Context } from '../context.ts'
import { cleanLine } from '../output/clean.ts'

/** What to type, and its description. */
export type Candidate = [value: string, description: string]

const RUNS = 20
const PROFILES = 50

/** Candidates for a placeholder, such as `session`. None for unknown placeholders. */
export async function candidatesFor(placeholder: string, context: Context): Promise<Candidate[]> {
  const find = FINDERS[placeholder.replace(/s$/, '')]
  const candidates = (await find?.(context)) ?? []
  // Only values that need no quotes in a shell.
  return candidates.filter(([value]) => /^[\w.-]+$/.test(value))
}

const FINDERS: Record<string, (context: Context) => Promise<Candidate[]>> = {
  session: findSessions,
  run: findRuns,
  profile: findProfiles,
  agent: findAgents,
  credential: findCredentials,
  setting: async () => SETTINGS.map((setting): Candidate => [setting, '']),
  engine: async () => ENGINES.map((engine): Candidate => [engine, '']),
}

/** The open sessions, by id and by name. If the server does not answer, those that this machine created. */
async function findSessions(context: Context): Promise<Candidate[]> {
  const { getBrowserSessions } = await import('../api/endpoints.ts')
  const entries = context.ledger().entries()
  const open = await ask(context, getBrowserSessions)
  const stateOf = new Map(
    open?.map((session) => [
      session.browser_session_id,
      session.runnable_id ? `busy ${session.runnable_id}` : 'idle',
    ]) ?? entries.flatMap(({ session_id: id }) => (id ? [[id, ''] as const] : [])),
  )
  const named = entries.filter(
    ({ name, session_id: id, scope }) =>
      name !== undefined && stateOf.has(id ?? '') && scope === context.scope.value,
  )
  return [
    ...named.map(({ name = '', session_id: id = '' }): Candidate => [name, id]),
    ...[...stateOf].map(([id, state]): Candidate => [id, cleanLine(state)]),
  ]
}

async function findRuns(context: Context): Promise<Candidate[]> {
  const { getRuns } = await import('../api/endpoints.ts')
  const runs = await ask(context, (client) => getRuns(client, { page_size: RUNS }))
  return (runs ?? []).map((run) => [
    run.run_id,
    cleanLine([run.status, run.title].filter(Boolean).join(' · '), 80),
  ])
}

async function findProfiles(context: Context): Promise<Candidate[]> {
  const { listBrowserProfiles } = await import('../api/endpoints.ts')
  const profiles = await ask(context, (client) =>
    listBrowserProfiles(client, { page_size: PROFILES }),
  )
  return named(profiles?.map(({ browser_profile_id: id, name }) => [name, id]))
}

async function findAgents(context: Context): Promise<Candidate[]> {
  const { getAgents } = await import('../api/endpoints.ts')
  const agents = await ask(context, (client) => getAgents(client, { page_size: PROFILES }))
  return named(agents?.map(({ workflow_permanent_id: id, title }) => [title, id]))
}

async function findCredentials(context: Context): Promise<Candidate[]> {
  const { getCredentials } = await import('../api/endpoints.ts')
  const found = await ask(context, (client) => getCredentials(client, { page_size: PROFILES }))
  return named(found?.map(({ credential_id: id, name }) => [name, id]))
}

/** Each by its name and by its id. */
const named = (pairs: [name: string, id: string][] = []): Candidate[] =>
  pairs.flatMap(([name, id]): Candidate[] => [
    [name, id],
    [id, cleanLine(name, 80)],
  ])

/** One try of one second. The embedded backend is not started for it. */
async function ask<Value>(
  context: Context,
  question: (client: Client) => Promise<Value>,
): Promise<Value | undefined> {
  try {
    if (context.settings.local().value) {
      const { findBackend } = await import('../local/door.ts')
      if (!(await findBackend(context.localFolder()))) return undefined
    }
    return await question(await context.client({ timeoutInSeconds: 1, maxRetries: 0 }))
  } catch {
    return undefined
  }
}
