import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { naiveTime, run, RUN_ID, session, SESSION_ID } from '../support/api.ts'
import { BINARY } from '../support/cli.ts'
import { ARTIFACTS, BYTES, CONTENT, file, RUN, serveFiles } from '../support/download.ts'

test.each([
  ['../../etc/passwd', 'passwd'],
  ['..', 'download'],
  ['', 'invoice.pdf'],
  ['Rechnung März №7.pdf', 'Rechnung März №7.pdf'],
])('the file name %j becomes %j', async (filename, saved) => {
  const url = filename === '..' ? 'https://storage.example.com/' : 'https://x.example/a/invoice.pdf'
  const { dir, save } = await serveFiles([file({ filename, url })], { bytes: BYTES })
  const result = await save()
  expect(result).toMatchObject({ code: 0, stdout: `${join(dir, saved)}\n` })
  expect(readdirSync(dir)).toEqual([saved])
})

test('two files with one name are both kept', async () => {
  const files = [
    file(),
    file({ filename: 'Invoice.pdf', artifact_id: 'a_2' }),
    file({ filename: 'x/invoice.pdf' }),
  ]
  const { dir, save } = await serveFiles(files, { bytes: BYTES })
  expect(await save()).toMatchObject({ code: 0 })
  expect(readdirSync(dir).toSorted()).toEqual(['Invoice (2).pdf', 'invoice (3).pdf', 'invoice.pdf'])
})

test('an existing file is not changed: exit 6, unless --overwrite is given or it is the same', async () => {
  const { api, dir, save } = await serveFiles([file()], { bytes: BYTES })
  mkdirSync(dir)
  writeFileSync(join(dir, 'invoice.pdf'), 'mine')
  const result = await save('--json')
  expect(result).toMatchObject({ code: 6, stdout: '' })
  expect(result.error.code).toBe('conflict')
  expect(readFileSync(join(dir, 'invoice.pdf'), 'utf8')).toBe('mine')
  expect(api.sent(CONTENT)).toHaveLength(0)

  expect(await save('--overwrite')).toMatchObject({ code: 0 })
  expect(readFileSync(join(dir, 'invoice.pdf'))).toEqual(BYTES)
  expect(await save()).toMatchObject({ code: 0, stdout: `${join(dir, 'invoice.pdf')}\n` })
  expect(api.sent(CONTENT)).toHaveLength(1)
})

test('a folder with the name of the file is not changed', async () => {
  const { dir, save } = await serveFiles([file()], { bytes: BYTES })
  mkdirSync(join(dir, 'invoice.pdf'), { recursive: true })
  const result = await save()
  expect(result).toMatchObject({ code: 6, stdout: '' })
  expect(result.stderr).toContain('exists')
})

test('a file that cannot be written is not reported as a bug', async () => {
  const { cli, dir } = await serveFiles([file()], { bytes: BYTES })
  const limited = `ulimit -f 0; exec "$0" "$@"`
  const args = [limited, process.execPath, BINARY, 'task', 'download', RUN_ID, '--dir', dir]
  const { status, stderr } = await new Promise<{ status: unknown; stderr: string }>((resolve) => {
    execFile('sh', ['-c', ...args], { env: cli.environment() }, (error, _, told) =>
      resolve({ status: error?.code, stderr: told }),
    )
  })
  expect(stderr).toContain(`Nothing can be saved in ${dir}`)
  expect(status).toBe(1)
  expect(readdirSync(dir)).toEqual([])
})

test('the recording is saved too, by its artifact or by its address', async () => {
  const { api, dir, save } = await serveFiles([], { bytes: BYTES })
  const uri = 's3://bucket/o_1/rec.webm'
  api.routes[ARTIFACTS] = {
    json: [{ artifact_id: 'a_9', artifact_type: 'recording', uri, created_at: naiveTime() }],
  }
  expect(await save()).toMatchObject({ code: 0, stdout: `${join(dir, 'recording-a_9.webm')}\n` })
  expect(api.sent(ARTIFACTS)[0]?.query).toEqual({ artifact_type: ['recording'] })

  api.routes[ARTIFACTS] = { json: [] }
  api.routes[RUN] = { json: run({ recording_url: `${api.url}/rec/video.webm?sig=1` }) }
  api.routes['GET /rec/video.webm'] = { bytes: BYTES }
  expect(await save()).toMatchObject({ code: 0, stdout: `${join(dir, 'video.webm')}\n` })
})

test('--type chooses artifacts, and artifacts lists them', async () => {
  const { api, dir, save, cli } = await serveFiles([file()], { bytes: BYTES })
  const artifacts = [
    {
      artifact_id: 'a_7',
      artifact_type: 'har',
      uri: 's3://b/x.har',
      file_size: 7,
      created_at: '2026-11-23T06:57:54',
    },
  ]
  api.routes[ARTIFACTS] = { json: artifacts }
  expect(await save('--type', 'har,trace')).toMatchObject({
    code: 0,
    stdout: `${join(dir, 'har-a_7.har')}\n`,
  })
  expect(api.sent(ARTIFACTS)[0]?.query).toEqual({ artifact_type: ['har', 'trace'] })
  const listed = await cli.run(['task', 'artifacts', RUN_ID])
  expect(listed.stdout).toBe('a_7\thar\t7\t2026-11-23T06:57:54Z\n')
  expect((await cli.run(['task', 'artifacts', RUN_ID, '--json'])).json[0].uri).toBe('s3://b/x.har')
})

test('artifacts of a task of skyvern-2.0 are looked up under the run behind it', async () => {
  const { api, save, cli } = await serveFiles([], 'drop')
  api.routes[RUN] = { json: run({ app_url: 'https://app.example.com/runs/wr_9' }) }
  api.routes[ARTIFACTS] = { json: [] }
  await cli.run(['task', 'artifacts', RUN_ID])
  await save()
  expect(api.sent(ARTIFACTS).map(({ path }) => path)).toEqual([
    '/v1/runs/wr_9/artifacts',
    '/v1/runs/wr_9/artifacts',
  ])
})

test('artifacts of an unknown run are exit 5, though the server lists none', async () => {
  const detail = `Task run not found ${RUN_ID}`
  const { cli } = await serveFiles([], 'hang', { [RUN]: { status: 404, json: { detail } } })
  expect(await cli.run(['task', 'artifacts', RUN_ID])).toMatchObject({ code: 5, stdout: '' })
})

test('session download saves what was downloaded in the session, and its recordings', async () => {
  const { api, cli, dir } = await serveFiles([], { bytes: BYTES })
  api.routes['GET /v1/browser_sessions/*'] = {
    json: session({
      downloaded_files: [file()],
      recordings: [
        file({ filename: null, artifact_id: 'a_2', url: 'https://s.example/rec.webm?x=1' }),
      ],
    }),
  }
  const result = await cli.run(['session', 'download', SESSION_ID, '--dir', dir])
  expect(result.code).toBe(0)
  expect(readdirSync(dir).toSorted()).toEqual(['invoice.pdf', 'rec.webm'])
})

test('nothing to download is not a failure', async () => {
  const { save } = await serveFiles([], 'hang')
  const result = await save('--json')
  expect(result).toMatchObject({ code: 0, stdout: '[]\n' })
})
