import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import {
  cli,
  contract,
  failure,
  json,
  page,
  readySession,
  sharedSession,
  temporaryFolder,
} from './contract.ts'
import { invoiceNumbers, password } from './site.ts'
import { extract, quick, run } from './tasking.ts'
import type { Run } from './tasking.ts'

/** A credential of its own for each case: names are not unique. */
async function storeCredential(secret = password): Promise<string> {
  const file = join(await temporaryFolder(), 'secret.txt')
  await writeFile(file, `${secret}\n`)
  const account = ['--name', `shop ${file}`, '--username', 'demo@example.com']
  const { code, stdout } = await cli('credential', 'create', ...account, '--secret-file', file)
  expect(code).toBe(0)
  return stdout.trim()
}

const logIn = (credential: string, session: string): string[] => {
  const login = ['task', 'login', '--credential', credential, '--url', page('/members')]
  return [...login, '--session', session]
}

contract(
  'a credential is found by its name, shown without its secret, and deleted once',
  async () => {
    const id = await storeCredential('a-secret-that-nobody-shows')
    const { name } = await json<{ name: string }>('credential', 'get', id)
    const shown = await json('credential', 'get', name)
    const listed = await json('credential', 'list', '--search', name)
    expect(shown).toMatchObject({ credential_id: id, credential: { username: 'demo@example.com' } })
    expect(JSON.stringify([shown, listed])).not.toContain('a-secret-that-nobody-shows')
    expect(await cli('credential', 'delete', id, '--yes')).toMatchObject({ code: 0 })
    expect(await failure('credential', 'get', id)).toMatchObject({ exit: 5, code: 'not_found' })
    expect(await failure('credential', 'delete', id, '--yes')).toMatchObject({ exit: 5 })
  },
)

contract('a log-in with a stored credential leaves the session logged in', async () => {
  const session = await readySession()
  const login = await json<Run>(...logIn(await storeCredential(), session))
  expect(login).toMatchObject({ run_id: expect.stringMatching(/^wr_/), status: 'completed' })
  const invoices = await run(session, extract, '--url', page('/'))
  expect(JSON.parse(invoices.stdout)).toEqual(invoiceNumbers)
})

contract('a log-in that the site refuses fails, and its timeline says where', async (expected) => {
  const session = await sharedSession()
  const failed = await failure(...logIn(await storeCredential('not the password'), session))
  expect(failed).toMatchObject({ exit: 3, code: expected('run_terminated') })
  expect(failed.hint).toContain('skyvern task timeline')
  const { stdout } = await cli('task', 'timeline', failed.run_id ?? '')
  expect(stdout).toContain('No such account')
  expect(stdout + JSON.stringify(failed)).not.toContain('not the password')
})

contract('the timeline of a task has its steps, oldest first', async () => {
  const session = await sharedSession()
  const { run_id: id } = await json<Run>('task', 'run', ...quick, '--session', session)
  const { stdout } = await cli('task', 'timeline', id)
  const times = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '')
  expect(times.length).toBeGreaterThan(0)
  expect(times).toEqual(times.toSorted())
})

contract('a file goes with a task, and is gone when that has ended', async () => {
  const file = join(await temporaryFolder(), 'report.txt')
  await writeFile(file, 'a report')
  const session = await sharedSession()
  const task = [
    'task',
    'run',
    ...quick,
    '--session',
    session,
    '--file',
    file,
    '--strict',
    '--no-wait',
  ]
  const { run_id: id, run_request: request } = await json<
    Run & { run_request: { file_ids: string[] } }
  >(...task)
  const [fileId = ''] = request.file_ids
  expect(fileId).toMatch(/^file_/)
  expect((await cli('task', 'wait', id)).code).toBe(0)
  const deleted = async (): Promise<string> =>
    (await cli('api', '-X', 'DELETE', `/v1/files/${fileId}`)).stdout
  await expect.poll(deleted, { timeout: 30_000 }).toContain(`File ${fileId} not found`)
})

contract('an agent runs in the session of a log-in', async () => {
  const session = await readySession()
  await json(...logIn(await storeCredential(), session))
  const parameter = {
    parameter_type: 'workflow',
    key: 'what',
    workflow_parameter_type: 'string',
    description: 'what to extract',
  }
  const block = {
    block_type: 'task_v2',
    label: 'read',
    prompt: 'Go to the invoices page and extract all {{what}}',
    url: page('/'),
  }
  const definition = { parameters: [parameter], blocks: [block] }
  const agent = { title: `Read ${session}`, workflow_definition: definition }
  await json('api', '/v1/agents', '-F', `json_definition=${JSON.stringify(agent)}`)

  const missing = await failure('agent', 'run', agent.title, '--session', session)
  expect(missing).toMatchObject({ exit: 2, hint: expect.stringContaining('--param what=') })
  const given = ['--param', 'what=invoice numbers', '--session', session]
  const { output } = await json<{ output: { extracted_information: string[] } }>(
    'agent',
    'run',
    agent.title,
    ...given,
  )
  expect(output.extracted_information).toEqual(invoiceNumbers)
})
