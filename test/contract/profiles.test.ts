import { expect } from 'vitest'
import { cli, contract, endedSession, failure, json, page, readySession } from './contract.ts'
import { invoiceNumbers } from './site.ts'

interface Profile {
  browser_profile_id: string
  name: string
  description: string | null
}

let count = 0
const newName = () => `profile ${process.pid} ${++count}`
const create = (...options: string[]) => json<Profile>('profile', 'create', ...options)

const listed = async () => (await json<Profile[]>('profile', 'list')).map((profile) => profile.name)

const logIn = ['Log in with username demo@example.com', '--url', page('/login')]

interface Kept {
  session: string
  profile: string
}

let kept: Promise<Kept> | undefined

/** A session that was closed when it had logged in, and its profile: one for all cases. */
const keptLogin = (): Promise<Kept> => (kept ??= keepLogin())

async function keepLogin(): Promise<Kept> {
  const session = await readySession('--generate-browser-profile')
  await cli('task', 'run', ...logIn, '--session', session)
  await cli('session', 'close', session)
  const { browser_profile_id: profile } = await create(newName(), '--from-session', session)
  return { session, profile }
}

async function numbersOn(path: string, session: string): Promise<unknown> {
  const run = ['Extract all invoice numbers', '--url', page(path), '--session', session]
  const { stdout } = await cli('task', 'run', ...run)
  return stdout === '' ? null : JSON.parse(stdout)
}

contract('a login kept for the life of the browser survives in a profile', async () => {
  const { profile } = await keptLogin()
  const session = await json('session', 'create', '--wait', '--profile', profile)
  expect(session).toMatchObject({ browser_profile_id: profile })
  const id = String(session['browser_session_id'])
  expect(await numbersOn('/invoices', id)).toEqual(invoiceNumbers)
})

contract('a login kept for a day survives in a profile', async (expected) => {
  const { profile } = await keptLogin()
  const id = await readySession('--profile', profile)
  expect(await numbersOn('/remembered', id)).toEqual(expected(invoiceNumbers))
})

contract('close --save-profile makes a profile of what the session knows', async () => {
  const name = newName()
  const id = await readySession()
  await cli('task', 'run', ...logIn, '--session', id)
  const { code, stdout } = await cli('session', 'close', id, '--save-profile', name)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^bp_\w+\n$/)
  const next = await readySession('--profile', name)
  expect(await numbersOn('/remembered', next)).toEqual(invoiceNumbers)
})

contract('a blank profile, by id and by name', async () => {
  const name = newName()
  const { browser_profile_id: id } = await create(name, '--description', 'blank')
  expect(id).toMatch(/^bp_/)
  expect(await json<Profile>('profile', 'get', id)).toMatchObject({ name, description: 'blank' })
  expect(await json<Profile>('profile', 'get', name)).toMatchObject({ browser_profile_id: id })
})

contract('a profile name is taken once', async () => {
  const name = newName()
  await create(name)
  expect(await failure('profile', 'create', name)).toMatchObject({ exit: 6, code: 'conflict' })
})

contract('a session that was not to save its profile has none', async () => {
  const from = ['--from-session', await endedSession()]
  const refused = await failure('profile', 'create', newName(), ...from)
  expect(refused.exit).toBe(1)
  expect(refused.message).toContain('not configured to generate a browser profile')
})

contract('a session gives one profile, not two', async () => {
  const { session } = await keptLogin()
  const refused = await failure('profile', 'create', newName(), '--from-session', session)
  expect(refused.exit).toBe(1)
  expect(refused.message).toContain('saved as a profile only once')
})

contract('a profile of an unknown session', async () => {
  const unknown = await failure('profile', 'create', newName(), '--from-session', 'pbs_404')
  expect(unknown).toMatchObject({ exit: 5, code: 'not_found' })
})

contract('a profile is renamed, listed and deleted', async () => {
  const { browser_profile_id: id } = await create(newName())
  const name = newName()
  expect(await json('profile', 'update', id, '--name', name)).toMatchObject({ name })
  expect(await listed()).toContain(name)
  expect(await cli('profile', 'delete', id, '--yes')).toMatchObject({ code: 0 })
  expect(await listed()).not.toContain(name)
})

contract('unknown profiles', async () => {
  expect(await failure('profile', 'get', 'bp_404')).toMatchObject({ exit: 5, code: 'not_found' })
  expect(await failure('profile', 'delete', 'bp_404', '--yes')).toMatchObject({ exit: 5 })
  expect(await failure('session', 'create', '--profile', 'bp_404')).toMatchObject({ exit: 5 })
})
