/** The Slurm array of docs/recipes, on a Slurm of one node that is installed for it. Needs root and Debian. */
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pathWithSkyvern } from '../support/cli.ts'
import { completed, setUp } from '../support/map.ts'

const RECIPE = fileURLToPath(new URL('../../docs/recipes/slurm-shards.sh', import.meta.url))
const FOLDER = '/tmp/skyvern-slurm'
const CONFIG = join(FOLDER, 'slurm.conf')
const daemons: { kill: () => void }[] = []

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', env: { ...process.env, SLURM_CONF: CONFIG } })

const start = (command: string, ...args: string[]): void => {
  const child = spawn(command, args, {
    env: { ...process.env, SLURM_CONF: CONFIG },
    stdio: 'ignore',
  })
  daemons.push({ kill: () => child.kill() })
}

beforeAll(async () => {
  run('apt-get', 'update', '-qq')
  run(
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    'install',
    '-y',
    '-qq',
    '--no-install-recommends',
    'slurm-wlm',
    'munge',
  )
  mkdirSync(join(FOLDER, 'spool'), { recursive: true })
  writeFileSync(
    CONFIG,
    [
      'ClusterName=one',
      `SlurmctldHost=${hostname()}(127.0.0.1)`,
      'SlurmUser=root',
      'AuthType=auth/munge',
      'ProctrackType=proctrack/linuxproc',
      'TaskPlugin=task/none',
      'SelectType=select/cons_tres',
      'SelectTypeParameters=CR_CPU',
      'SlurmdParameters=config_overrides',
      'ReturnToService=2',
      'KillWait=30',
      `StateSaveLocation=${FOLDER}/spool`,
      `SlurmdSpoolDir=${FOLDER}/spool`,
      `SlurmctldPidFile=${FOLDER}/slurmctld.pid`,
      `SlurmdPidFile=${FOLDER}/slurmd.pid`,
      `NodeName=${hostname()} NodeAddr=127.0.0.1 CPUs=16 State=UNKNOWN`,
      `PartitionName=all Nodes=${hostname()} Default=YES MaxTime=INFINITE State=UP`,
    ].join('\n'),
  )
  mkdirSync('/run/munge', { recursive: true })
  chmodSync('/run/munge', 0o755)
  run('chown', '-R', 'munge:munge', '/run/munge')
  execFileSync('runuser', ['-u', 'munge', '--', '/usr/sbin/munged', '--force'])
  start('slurmctld', '-D')
  start('slurmd', '-D')
  for (let look = 0; look < 60; look++) {
    await sleep(1000)
    try {
      if (/idle|mixed|alloc/.test(run('sinfo', '--noheader', '--format=%T'))) return
    } catch {}
  }
  throw new Error('Slurm did not start.')
})

afterAll(() => {
  for (const daemon of daemons) daemon.kill()
  execFileSync('runuser', ['-u', 'munge', '--', '/usr/sbin/munged', '--stop'])
})

test('an array of 8 parts, one requeued and one killed: each row once, all sessions closed', async () => {
  const { cloud, cli, rows } = await setUp(96, { runs: [200, 900], readyAfter: 200 })
  const work = join(cli.folder, 'work')
  mkdirSync(work)
  cpSync(rows, join(work, 'rows.csv'))
  const submit = (): string =>
    execFileSync('sbatch', ['--parsable', RECIPE], {
      cwd: work,
      encoding: 'utf8',
      env: { ...cli.environment({ PATH: pathWithSkyvern() }), SLURM_CONF: CONFIG },
    }).trim()
  const ended = async (): Promise<void> => {
    while (run('squeue', '--noheader').trim() !== '') await sleep(500)
  }
  const id = submit()
  while (cloud.runs.size < 20) await sleep(50)
  run('scontrol', 'requeue', `${id}_2`)
  while (cloud.runs.size < 40) await sleep(50)
  run('scancel', '--signal=KILL', '--full', `${id}_5`)
  await ended()
  // What was killed goes on with the same command.
  submit()
  await ended()
  const done = Array.from({ length: 8 }, (_, at) => completed(join(work, `out-${at}.jsonl`))).flat()
  expect(done).toHaveLength(96)
  expect(new Set(done).size).toBe(96)
  expect(cloud.doubled()).toEqual([])
  expect(cloud.open()).toEqual([])
})
