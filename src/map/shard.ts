/** Splits the rows among several processes by key, so that a row is always in the same part. */
import { createHash } from 'node:crypto'
import { usageError } from '../errors.ts'

export interface Shard {
  /** From 1. */
  index: number
  total: number
}

/** Variables in which job systems number their processes. `first` is the number of the first, or its variable. */
const ENGINES: { name: string; index: string; total: string; first: string }[] = [
  {
    name: 'Slurm array',
    index: 'SLURM_ARRAY_TASK_ID',
    total: 'SLURM_ARRAY_TASK_COUNT',
    first: 'SLURM_ARRAY_TASK_MIN',
  },
  { name: 'GitLab parallel', index: 'CI_NODE_INDEX', total: 'CI_NODE_TOTAL', first: '1' },
  {
    name: 'CircleCI parallelism',
    index: 'CIRCLE_NODE_INDEX',
    total: 'CIRCLE_NODE_TOTAL',
    first: '0',
  },
  {
    name: 'Kubernetes Indexed Job',
    index: 'JOB_COMPLETION_INDEX',
    total: 'SHARD_TOTAL',
    first: '0',
  },
]

/** @param text `2/8`, or `auto` to read the environment @throws CliError `usage` */
export function shardOf(text: string, env: NodeJS.ProcessEnv): Shard {
  if (text === 'auto') return shardOfEnvironment(env)
  const [, index, total] = /^(\d+)\/(\d+)$/.exec(text) ?? []
  return checked(Number(index), Number(total), `--shard ${text}`)
}

export const shardText = ({ index, total }: Shard): string => `${index}/${total}`

/** Whether a row belongs to this part. Each key belongs to exactly one. */
export function isOfShard(key: string, { index, total }: Shard): boolean {
  const hash = createHash('sha256').update(key).digest().readUInt32BE(0)
  return hash % total === index - 1
}

function shardOfEnvironment(env: NodeJS.ProcessEnv): Shard {
  for (const { name, index, total, first } of ENGINES) {
    const [at, of] = [env[index], env[total]]
    if (at === undefined) continue
    if (of === undefined) {
      throw usageError(`--shard auto: ${index} is set, but ${total} is not (${name}).`)
    }
    const least = Number(/^\d+$/.test(first) ? first : env[first])
    return checked(
      Number(at) - least + 1,
      Number(of),
      `--shard auto: ${index}=${at}, ${total}=${of}`,
    )
  }
  const names = ENGINES.map(({ index, total }) => `${index} with ${total}`).join(', ')
  throw usageError(
    '--shard auto: the environment does not say which part this is.',
    `It reads ${names}.`,
  )
}

function checked(index: number, total: number, given: string): Shard {
  if (Number.isInteger(index) && Number.isInteger(total) && index >= 1 && index <= total) {
    return { index, total }
  }
  throw usageError(`${given} is not a valid part.`, 'Parts count from 1: --shard 2/8')
}
