/** A server with one run and its files, and the command that saves them. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { cliFor, run, RUN_ID, startApi } from './api.ts'
import type { Api, Reply, Routes } from './api.ts'
import type { Cli } from './cli.ts'

export const RUN = 'GET /v1/runs/*'
export const ARTIFACTS = 'GET /v1/runs/*/artifacts'
export const CONTENT = 'GET /v1/artifacts/*/content'
export const BYTES = Buffer.from([0, 255, 128, 13, 10, 195, 40])
export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex')

/** A file as the server names it. */
export const file = (fields: object = {}): object => ({
  url: 'https://storage.example.com/invoice.pdf?signature=secret',
  filename: 'invoice.pdf',
  checksum: sha256(BYTES),
  file_size: BYTES.length,
  artifact_id: 'a_1',
  modified_at: null,
  ...fields,
})

interface Setup {
  api: Api
  cli: Cli
  dir: string
  /** `task download` into the folder. */
  save: (...more: string[]) => ReturnType<Cli['run']>
}

export async function serveFiles(
  files: object[],
  content: Reply,
  more: Routes = {},
): Promise<Setup> {
  const api = await startApi({
    [RUN]: { json: run({ downloaded_files: files }) },
    [ARTIFACTS]: { json: [] },
    [CONTENT]: content,
    ...more,
  })
  const cli = cliFor(api)
  const dir = join(cli.folder, 'files')
  const save: Setup['save'] = (...more) =>
    cli.run(['task', 'download', RUN_ID, '--dir', dir, ...more])
  return { api, cli, dir, save }
}
