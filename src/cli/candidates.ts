/** Candidates for sessions, runs, profiles and the like. */
import type { Client } from '../http/request.ts'
import { ENGINES } from '../api/values.ts'
import { SETTINGS, SWITCH } from '../config/settings.ts'
import type { Context } from '../context.ts'
import { cleanLine } from '../output/clean.ts'
import { choicesOfDefault } from '../sessions/defaults.ts'
import { programsIn } from '../system/programs.ts'

/** A word to type, and its description. */
export type Candidate = [value: string, description: string]

const RUNS = 20
const PROFILES = 50

type Find = (context: Context, given: string[]) => Promise<Candidate[]>

/**
 * Candidates for a placeholder, such as `session`. None for unknown placeholders.
 * @param given the arguments before it
 */
export async function candidatesFor(
  placeholder: string,
  context: Context,
  given: string[],
): Promise<Candidate[]> {
  const find = FINDERS[placeholder.replace(/s$/, '')]
  const candidates = (await find?.(context, given)) ?? []
  // Only values that need no quotes in a shell.
  return candidates.filter(([value]) => /^[\w.+-]+$/.test(value))
}

const FINDERS: Record<string, Find> = {
  session: findSessions,
  run: findRuns,
  profile: findProfiles,
  agent: findAgents,
  credential: findCredentials,
  setting: async () => bare(SETTINGS),
  engine: async () => bare(ENGINES),
  value: async (_, [setting]) => bare(valuesOfSetting(setting)),
  // The words after the first are files, which the shell knows.
  command: async ({ env }, given) => (given.length === 0 ? bare(programsIn(env['PATH'])) : []),
}

const bare = (words: readonly string[]): Candidate[] => words.map((word) => [word, ''])

function valuesOfSetting(name: string | undefined): readonly string[] {
  const setting = SETTINGS.find((known) => known === name)
  if (setting === 'local') return SWITCH
  if (setting === 'engine') return ENGINES
  return setting === undefined || setting === 'base-url' ? [] : choicesOfDefault(setting)
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

/** Tries once, for one second. Does not start the embedded backend. */
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
