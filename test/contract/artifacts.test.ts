import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { expect } from 'vitest'
import { cli, contract, failure, json, sharedSession, temporaryFolder } from './contract.ts'
import { quick } from './tasking.ts'
import type { Run } from './tasking.ts'

interface Artifact {
  artifact_id: string
  artifact_type: string
}

/** Which pictures there are depends on the engine and on what there was to do. */
async function pictureTypes(runId: string): Promise<string[]> {
  const artifacts = await json<Artifact[]>('task', 'artifacts', runId)
  const types = artifacts.map(({ artifact_type: type }) => type)
  return types.filter((type) => type.startsWith('screenshot'))
}

contract(
  'a finished run has pictures of its page, which are downloaded into a folder',
  async () => {
    const id = await sharedSession()
    const { run_id: runId } = await json<Run>('task', 'run', ...quick, '--session', id)
    const types = await pictureTypes(runId)
    expect(types).not.toEqual([])
    const [type = ''] = types
    const folder = await temporaryFolder()
    const { code, stdout } = await cli('task', 'download', runId, '--type', type, '--dir', folder)
    expect(code).toBe(0)
    const [path = ''] = stdout.split('\n')
    expect(dirname(path)).toBe(folder)
    expect((await readFile(path)).subarray(1, 4).toString()).toBe('PNG')
  },
)

contract('artifacts of an unknown run', async () => {
  expect(await failure('task', 'artifacts', 'tsk_404')).toMatchObject({
    exit: 5,
    code: 'not_found',
  })
})
