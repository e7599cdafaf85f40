import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { expect } from 'vitest'
import { cli, contract, failure, json, readySession, temporaryFolder } from './contract.ts'
import { quick } from './tasking.ts'
import type { Run } from './tasking.ts'

interface Artifact {
  artifact_id: string
  artifact_type: string
}

async function finishedRun(): Promise<string> {
  const id = await readySession()
  return (await json<Run>('task', 'run', ...quick, '--session', id)).run_id
}

contract('a finished run has a picture of the page it ended on', async () => {
  const artifacts = await json<Artifact[]>('task', 'artifacts', await finishedRun())
  expect(artifacts.map(({ artifact_type: type }) => type)).toContain('screenshot_final')
})

contract('artifacts are downloaded under safe names', async () => {
  const folder = await temporaryFolder()
  const runId = await finishedRun()
  const picture = ['--type', 'screenshot_final', '--dir', folder]
  const { code, stdout } = await cli('task', 'download', runId, ...picture)
  expect(code).toBe(0)
  const [path = ''] = stdout.split('\n')
  expect(dirname(path)).toBe(folder)
  const bytes = await readFile(path)
  expect(bytes.subarray(1, 4).toString()).toBe('PNG')
})

contract('artifacts of an unknown run', async () => {
  expect(await failure('task', 'artifacts', 'tsk_404')).toMatchObject({
    exit: 5,
    code: 'not_found',
  })
})
