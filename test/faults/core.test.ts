/** The core of the fault bench: every fault meets a command, every kind of command meets every kind of fault. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Bench } from './bench.ts'
import { FAULTS } from './faults.ts'
import { KINDS } from './kinds.ts'
import { problemsOf } from './verdict.ts'

const CORE: [kind: string, fault: string][] = [
  ['read', 'refused'],
  ['create', 'connect hang'],
  ['create', 'TLS hang'],
  ['submit', 'expired certificate'],
  ['close', 'self-signed certificate'],
  ['create', 'certificate of another host'],
  ['create', 'proxy 407'],
  ['exec', 'proxy 502'],
  ['exec', 'reset before the answer'],
  ['submit', 'header hang'],
  ['read', 'body in drops'],
  ['create', 'reset before the answer'],
  ['close', 'reset before the answer'],
  ['submit', 'end before the answer'],
  ['create', 'reset inside the body'],
  ['wait', 'reset inside the body'],
  ['create', '307 to another origin'],
  ['read', '308 to http'],
  ['create', '403, key refused'],
  ['wait', '403, key refused'],
  ['patch', '409, name taken'],
  ['create', '422 with a list'],
  ['create', '429, retry at a date'],
  ['read', '429, retry in a year'],
  ['create', '500 with an error'],
  ['wait', '502 with HTML'],
  ['close', '503 with a code'],
  ['create', '504 with a detail'],
  ['create', '408'],
  ['submit', '499'],
  ['extend', '460'],
  ['profile', '444'],
  ['exec', '999'],
  ['read', '600'],
  ['extend', 'reset before the answer'],
  ['profile', '409, name taken'],
  ['read', 'HTML 200'],
  ['create', 'empty 200'],
  ['close', 'another id 200'],
  ['verify', 'another id 200'],
  ['wait', 'another id 200'],
  ['submit', '101 Switching Protocols'],
  ['read', '50 MB body'],
  ['wait', 'gzip bomb'],
]

let bench: Bench
beforeAll(async () => {
  bench = await new Bench().start()
})
afterAll(() => bench.stop())

describe.concurrent('faults', () => {
  test.each(CORE)('%s: %s', async (kindName, faultName) => {
    const [kind, fault] = [KINDS[kindName], FAULTS[faultName]]
    if (!kind || !fault) throw new Error('no such cell')
    const json = CORE.findIndex(([k, f]) => k === kindName && f === faultName) % 2 === 0
    const outcome = await bench.run(`${kindName} ${faultName}`, kind, fault, json ? ['--json'] : [])
    expect(problemsOf(kind, fault, json, outcome)).toEqual([])
  })
})
