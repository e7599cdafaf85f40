/** What stops a map before its end: a cap, a plan without credit, a full disk. The same command goes on. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { HURRIED } from '../support/cli.ts'
import { completed, setUp } from '../support/map.ts'

test('--max-failures: no more is sent, exit 124, and the same command goes on', async () => {
  let isBroken = true
  const { cloud, cli, results, args } = await setUp(12, { fails: () => isBroken })
  const capped = [...args, '--sessions', '1', '--retries', '0', '--max-failures', '3']
  const first = await cli.run(capped)
  expect(first).toMatchObject({ code: 124, stdout: '' })
  expect(first.stderr).toContain('3 rows failed, the limit of --max-failures')
  expect(cloud.runs.size).toBe(3)
  expect(cloud.open()).toEqual([])
  isBroken = false
  expect(await cli.run([...args, '--retry-failed'])).toMatchObject({ code: 0 })
  expect(completed(results)).toHaveLength(12)
})

test('a plan without credit is asked again for 15 minutes: then exit 124, and all is closed', async () => {
  let isPaid = false
  const { cloud, cli, results, args } = await setUp(4, {
    fault: (route) => (route === 'POST run tasks' && !isPaid ? 402 : undefined),
  })
  const env = { ...HURRIED, HURRY: '200' }
  const first = await cli.run([...args, '--sessions', '2', '--retries', '0'], { env })
  expect(first, first.stderr).toMatchObject({ code: 124, stdout: '' })
  expect(first.stderr).toContain('4 rows are left. Run the same command again')
  expect(cloud.runs.size).toBe(0)
  expect(cloud.open()).toEqual([])
  isPaid = true
  expect(await cli.run(args)).toMatchObject({ code: 0 })
  expect(completed(results)).toHaveLength(4)
})

/** Root may mount a disk of its own. */
test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'a full disk: nothing is sent that was not written down, and the same command goes on',
  async () => {
    const { cloud, cli, args } = await setUp(40)
    const disk = mkdtempSync(join(tmpdir(), 'skyvern-disk-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk])
    onTestFinished(() => {
      execFileSync('umount', ['-l', disk])
      rmSync(disk, { recursive: true, force: true })
    })
    const results = join(disk, 'out.jsonl')
    const command = [...args.slice(0, -1), results]
    appendFileSync(join(disk, 'filler'), Buffer.alloc(8 * 1024))
    const first = await cli.run(command)
    expect(first, first.stderr).toMatchObject({ code: 1, stdout: '' })
    expect(first.stderr).toMatch(
      /out\.jsonl cannot be written: the disk is full\.\nMake room on the disk/,
    )
    expect(cloud.runs.size).toBeLessThan(40)
    expect(cloud.open()).toEqual([])
    rmSync(join(disk, 'filler'))
    execFileSync('mount', ['-o', 'remount,size=1m', disk])
    expect(await cli.run(command)).toMatchObject({ code: 0 })
    expect(completed(results)).toHaveLength(40)
    expect(cloud.doubled()).toEqual([])
  },
)
