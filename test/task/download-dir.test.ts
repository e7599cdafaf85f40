import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../support/api.ts'
import { BYTES, file, RUN, serveFiles } from '../support/download.ts'

const TASK = ['task', 'run', 'Download the invoice', '--no-session', '--download-dir']

test('task run --download-dir saves the downloads and prints the output alone', async () => {
  const { api, cli, dir } = await serveFiles([file()], { bytes: BYTES })
  api.routes['POST /v1/run/tasks'] = { json: run({ status: 'queued' }) }
  const result = await cli.run([...TASK, dir])
  expect(result.code).toBe(0)
  expect(JSON.parse(result.stdout)).toEqual(['INV-1', 'INV-2'])
  expect(readdirSync(dir)).toEqual(['invoice.pdf'])
})

test('a failed run keeps its exit status and leaves its downloads', async () => {
  const { api, cli, dir } = await serveFiles([], { bytes: BYTES })
  api.routes['POST /v1/run/tasks'] = { json: run({ status: 'queued' }) }
  api.routes[RUN] = { json: run({ status: 'failed', downloaded_files: [file()] }) }
  expect(await cli.run([...TASK, dir])).toMatchObject({ code: 3, stdout: '' })
  expect(readdirSync(dir)).toEqual(['invoice.pdf'])
})

test('a download that fails does not hold back the output of the run', async () => {
  const { api, cli, dir } = await serveFiles([file({ checksum: 'f'.repeat(64) })], { bytes: BYTES })
  api.routes['POST /v1/run/tasks'] = { json: run({ status: 'queued' }) }
  const result = await cli.run([...TASK, dir])
  expect(result.code).toBe(1)
  expect(JSON.parse(result.stdout)).toEqual(['INV-1', 'INV-2'])
})

test('a folder that cannot be made is refused before anything is submitted', async () => {
  const { api, cli } = await serveFiles([], 'hang')
  const blocked = join(cli.folder, 'file')
  writeFileSync(blocked, '')
  expect(await cli.run([...TASK, join(blocked, 'x')])).toMatchObject({ code: 2, stdout: '' })
  expect(await cli.run([...TASK, 'x', '--no-wait'])).toMatchObject({ code: 2, stdout: '' })
  expect(api.requests).toHaveLength(0)
  expect(existsSync(join(cli.folder, 'x'))).toBe(false)
})
