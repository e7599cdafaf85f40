import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { contract, json, page, start } from './contract.ts'

const ROWS = 4

interface Line {
  key?: string
  status?: string
  session?: string
  run_id?: string | null
  session_id?: string
}

contract('a map that is killed goes on, and runs each row once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-map-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const rows = Array.from({ length: ROWS }, (_, at) => `c${at}`)
  writeFileSync(join(folder, 'rows.csv'), ['id', ...rows].join('\n'))
  const lines = (): Line[] => {
    const text = readFileSync(join(folder, 'out.jsonl'), { encoding: 'utf8', flag: 'a+' })
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    return whole.split('\n').flatMap((line) => (line === '' ? [] : JSON.parse(line)))
  }
  const url = `${page('/login')}?row={id}`
  const options = ['--url', url, '--key', 'id', '--sessions', '2', '--results', 'out.jsonl']
  const command = ['task', 'map', 'rows.csv', 'Wait 1 second', ...options]
  const first = start(command, folder)
  // A create that is cut off leaves a session that nobody may close on a guess.
  const opened = (): number => lines().filter(({ session }) => session === 'open').length
  const submitted = (): boolean => lines().some(({ status }) => status === 'running')
  while (!(submitted() && opened() === 2) && first.child.exitCode === null) await sleep(100)
  first.child.kill('SIGKILL')
  await first.result
  const result = await start(command, folder).result
  expect(result, result.stderr).toMatchObject({ code: 0, stdout: '' })
  const done = lines().filter(({ status }) => status === 'completed')
  expect(done.map(({ key }) => key).sort()).toEqual(rows)
  for (const row of rows) {
    const runs = lines().flatMap(({ key, run_id: run }) => (key === row && run ? [run] : []))
    expect(new Set(runs).size).toBe(1)
  }
  const open = await json<{ browser_session_id: string }[]>('session', 'list')
  const used = new Set(lines().map(({ session_id: id }) => id))
  expect(open.filter(({ browser_session_id: id }) => used.has(id))).toEqual([])
})
