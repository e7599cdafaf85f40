/** The Indexed Job of docs/recipes: valid, and its pods as PID namespaces, with the policies of the manifest. */
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { pathWithSkyvern } from '../support/cli.ts'
import { completed, setUp } from '../support/map.ts'

const MANIFEST = fileURLToPath(new URL('../../docs/recipes/kubernetes-shards.yml', import.meta.url))

/** The parts of the manifest that a pod and its controller go by. */
interface Job {
  completions: number
  backoffLimitPerIndex: number
  podReplacementPolicy: string
  podFailurePolicy: {
    rules: { action: string; onExitCodes?: { values: number[] } }[]
  }
  template: {
    spec: {
      containers: [{ args: [string]; env: { name: string; value?: string }[] }]
    }
  }
}

/** A folder with `kubernetes-validate` and the YAML reader that it brings along. */
function python(folder: string): string {
  execFileSync('python3', ['-m', 'venv', join(folder, 'venv')])
  execFileSync(join(folder, 'venv/bin/pip'), ['install', '--quiet', 'kubernetes-validate'])
  return join(folder, 'venv/bin')
}

test('the manifest is valid, and a job of 8 pods of which two are killed runs each row once', async () => {
  const { cloud, cli, rows } = await setUp(96, { runs: [200, 900], readyAfter: 200 })
  const bin = python(cli.folder)
  execFileSync(join(bin, 'kubernetes-validate'), ['--strict', MANIFEST], { stdio: 'inherit' })
  const load =
    'import json,sys,yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))'
  const documents = execFileSync(join(bin, 'python'), ['-c', load, MANIFEST], { encoding: 'utf8' })
  const job: Job = JSON.parse(documents)[1].spec
  expect(job.podReplacementPolicy).toBe('Failed')

  const volume = join(cli.folder, 'results')
  mkdirSync(volume)
  const [{ args, env }] = job.template.spec.containers
  const script = args[0]
    .replace(/npm install \S+ \S+ && /, '')
    .replaceAll('/rows/rows.csv', rows)
    .replaceAll('/results', volume)
  const path = pathWithSkyvern()
  const pods = new Set<ChildProcess>()
  const start = (index: number): ChildProcess => {
    const given = env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))
    const variables = { JOB_COMPLETION_INDEX: String(index), ...Object.fromEntries(given) }
    const namespace = ['--pid', '--fork', '--mount-proc', '--kill-child']
    const pod = spawn('unshare', [...namespace, 'sh', '-c', script], {
      env: { ...cli.environment({ PATH: path }), ...variables },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    pods.add(pod)
    pod.once('close', () => pods.delete(pod))
    return pod
  }

  /** As the job controller does: another pod when the last one is gone, as far as the policies let it. */
  const finish = async (index: number): Promise<string> => {
    for (let failures = 0; failures <= job.backoffLimitPerIndex; failures++) {
      const code = await new Promise<number>((resolve) =>
        start(index).once('close', (status) => resolve(status ?? 137)),
      )
      if (code === 0) return 'Complete'
      const { rules } = job.podFailurePolicy
      const rule = rules.find(({ onExitCodes }) => onExitCodes?.values.includes(code))
      if (rule) return rule.action
    }
    return 'BackoffLimitExceeded'
  }

  const ends = Promise.all(Array.from({ length: job.completions }, (_, index) => finish(index)))
  for (const runs of [20, 50]) {
    while (cloud.runs.size < runs) await sleep(50)
    for (const pod of [...pods].slice(0, 1)) pod.kill('SIGKILL')
  }
  expect(await ends).toEqual(Array.from({ length: job.completions }, () => 'Complete'))
  const done = Array.from({ length: 8 }, (_, at) =>
    completed(join(volume, `out-${at}.jsonl`)),
  ).flat()
  expect(done).toHaveLength(96)
  expect(new Set(done).size).toBe(96)
  expect(cloud.doubled()).toEqual([])
  expect(cloud.open()).toEqual([])
})
