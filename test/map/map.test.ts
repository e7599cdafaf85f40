/** `task map`: a task a row over a pool of sessions, each row exactly once. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { completed, linesOf, setUp } from '../support/map.ts'

/** Runs that end when a test says so. */
const ENDLESS: [number, number] = [600_000, 600_000]

test('every row is run once, over as many sessions as asked for, and all are closed', async () => {
  const { cloud, cli, results, args } = await setUp(6)
  const result = await cli.run([...args, '--sessions', '3'])
  expect(result).toMatchObject({ code: 0, stdout: '' })
  expect(result.stderr).toContain('6 done, 0 failed')
  expect(completed(results)).toHaveLength(6)
  expect(new Set(completed(results)).size).toBe(6)
  expect(cloud.runs.size).toBe(6)
  expect(cloud.doubled()).toEqual([])
  expect(cloud.mostOpen).toBe(3)
  expect(cloud.open()).toEqual([])
  const line = linesOf(results).find(({ key, status }) => key === 'c5' && status === 'completed')
  expect(line).toMatchObject({ output: { said: 'Look up Customer 5' }, failure: null, tries: 1 })
  expect(Object.keys(line ?? {})).toEqual(
    expect.arrayContaining(['run_id', 'session_id', 'started_at', 'finished_at']),
  )
})

test('kill -9, lost answers, a dead session, fewer sessions than wanted: each row once, all closed', async () => {
  let [submits, lost] = [0, 0]
  const { cloud, cli, results, args } = await setUp(16, {
    runs: [100, 500],
    maxSessions: 4,
    fault: (route) => {
      if (route !== 'POST run tasks' || ++submits % 4 !== 0 || lost >= 4) return undefined
      lost++
      return 'lost'
    },
  })
  const command = [...args, '--sessions', '16']
  for (const rows of [3, 7, 11]) {
    const running = cli.start(command)
    while (cloud.runs.size < rows) await sleep(20)
    running.child.kill('SIGKILL')
    await running.result
    const [first] = cloud.open()
    if (rows === 7 && first) cloud.kill(first)
  }
  const result = await cli.run(command)
  expect(result.stderr).toContain('16 done, 0 failed')
  expect(result.code).toBe(0)
  expect(lost).toBe(4)
  expect(completed(results)).toHaveLength(16)
  expect(new Set(completed(results)).size).toBe(16)
  expect(cloud.doubled()).toEqual([])
  expect(cloud.mostOpen).toBe(4)
  expect(cloud.open()).toEqual([])
})

test('what failed is tried again as often as --retries says, and with --retry-failed once more', async () => {
  let broken = true
  const { cloud, cli, results, args } = await setUp(6, {
    fails: (prompt, before) =>
      (prompt.endsWith('2') && before === 0) || (prompt.endsWith('4') && broken),
  })
  const command = [...args, '--sessions', '6', '--retries', '1']
  const first = await cli.run(command)
  expect(first).toMatchObject({ code: 3, stdout: '' })
  expect(first.stderr).toContain('1 of 6 rows failed: c4.')
  expect(completed(results)).toEqual(['c0', 'c1', 'c2', 'c3', 'c5'])
  expect(linesOf(results).findLast(({ key }) => key === 'c2')).toMatchObject({ tries: 2 })
  expect(cloud.runs.size).toBe(8)

  expect(await cli.run(command)).toMatchObject({ code: 3 })
  expect(cloud.runs.size).toBe(8)
  broken = false
  expect(await cli.run([...command, '--retry-failed'])).toMatchObject({ code: 0 })
  expect(cloud.runs.size).toBe(9)
  expect(completed(results)).toHaveLength(6)
  expect(cloud.open()).toEqual([])
})

test('Ctrl-C lets the running rows end and sends no more; the same command goes on', async () => {
  const { cloud, cli, results, args } = await setUp(6, { runs: ENDLESS })
  const command = [...args, '--sessions', '3']
  const running = cli.start(command)
  while (cloud.runs.size < 3) await sleep(20)
  running.child.kill('SIGINT')
  await running.said('running rows are finished')
  cloud.options.runs = [20, 60]
  for (const run of cloud.runs.values()) run.ends = Date.now()
  const result = await running.result
  expect(result.signal).toBe('SIGINT')
  expect(cloud.runs.size).toBe(3)
  expect(completed(results)).toHaveLength(3)
  expect(cloud.open()).toEqual([])
  expect(await cli.run([...command, '--sessions', '6'])).toMatchObject({ code: 0 })
  expect(completed(results)).toHaveLength(6)
  expect(cloud.runs.size).toBe(6)
})

test('SIGTERM closes the sessions at once; the rows that ran are done again', async () => {
  const { cloud, cli, results, args } = await setUp(4, { runs: ENDLESS })
  const running = cli.start(args)
  while (cloud.runs.size < 4) await sleep(20)
  running.child.kill('SIGTERM')
  expect((await running.result).signal).toBe('SIGTERM')
  expect(cloud.open()).toEqual([])
  expect(completed(results)).toEqual([])
  cloud.options.runs = [20, 60]
  expect(await cli.run(args)).toMatchObject({ code: 0 })
  expect(completed(results)).toHaveLength(4)
  expect(cloud.doubled()).toEqual([])
})

test('a limit on submits pauses the pool, with a note and without using up a retry', async () => {
  let submits = 0
  const { cloud, cli, results, args } = await setUp(6, {
    fault: (route) =>
      route === 'POST run tasks' && ++submits > 2 && submits < 6 ? 429 : undefined,
  })
  const result = await cli.run([...args, '--sessions', '6', '--retries', '0'])
  expect(result.code).toBe(0)
  expect(result.stderr).toMatch(/Pausing for \d+ s: Try again later \(429\)/)
  expect(completed(results)).toHaveLength(6)
  expect(cloud.runs.size).toBe(6)
})

test('a row that may have run stays in doubt until --retry-in-doubt', async () => {
  let [submits, refuses] = [0, true]
  const { cloud, cli, results, args } = await setUp(3, {
    fault: (route) => (route === 'POST run tasks' && ++submits === 1 ? 'lost' : undefined),
    searches: () => !refuses,
  })
  const command = [...args, '--sessions', '3']
  const first = await cli.run(command)
  expect(first).toMatchObject({ code: 75, stdout: '' })
  expect(first.stderr).toContain('It is unknown whether 1 row ran')
  expect(completed(results)).toHaveLength(2)
  expect((await cli.run(command)).code).toBe(75)
  expect(cloud.runs.size).toBe(3)
  refuses = false
  // The run is found now, and had been ended with its session.
  expect(await cli.run(command)).toMatchObject({ code: 0 })
  expect(completed(results)).toHaveLength(3)
  expect(cloud.open()).toEqual([])
})

test('an incomplete last line is removed; rows that changed since they ran are named', async () => {
  const { cli, rows, results, args } = await setUp(3)
  expect(await cli.run(args)).toMatchObject({ code: 0 })
  appendFileSync(results, '{"key":"c9","sta')
  writeFileSync(rows, readFileSync(rows, 'utf8').replace('Customer 1', 'Customer One'))
  const again = await cli.run(args)
  expect(again.code).toBe(0)
  expect(again.stderr).toContain('warning: 1 row has changed since it ran (c1)')
  expect(linesOf(results).every(({ key }) => key !== 'c9')).toBe(true)
})
