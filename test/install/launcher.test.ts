/** The first file that runs: on a Node that is too old, and in a copy that was never built. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BINARY } from '../support/cli.ts'
import { ROOT } from '../support/project.ts'
import { command, temporary } from './clone.ts'

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

/** Node, telling the program that it is another version. */
function nodeAs(claimed: string): string[] {
  const file = join(temporary('node'), 'claim.cjs')
  writeFileSync(file, `Object.defineProperty(process, 'version', { value: '${claimed}' })`)
  return [process.execPath, '--require', file]
}

test.each(['v12.22.12', 'v16.20.2', 'v18.20.8', 'v20.18.3', 'v21.7.3', 'v22.2.0'])(
  'Node %s is refused in one sentence',
  async (claimed) => {
    const refused = await command([...nodeAs(claimed), BINARY, 'session', 'list'], ROOT)
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toMatch(
      /^error: skyvern-cli needs Node\.js 20\.19 or newer .*\bthis is v.*https:\/\/nodejs\.org.*\.\n$/,
    )
    expect(refused.stderr).toContain(claimed)
  },
)

test('an old Node is refused for programs too, and is told the version', async () => {
  const claimed = 'v12.22.12'
  const asJson = await command([...nodeAs(claimed), BINARY, 'session', 'list', '--json'], ROOT)
  expect(asJson.error).toMatchObject({ code: 'internal', retryable: false })
  expect(await command([...nodeAs(claimed), BINARY, '--version'], ROOT)).toMatchObject({
    code: 0,
    stdout: `skyvern-cli ${version} (node ${claimed})\n`,
  })
})

test.each(['v20.19.0', 'v22.3.0', 'v24.0.0', 'v26.1.0'])('Node %s is taken', async (claimed) => {
  expect(await command([...nodeAs(claimed), BINARY, '--help'], ROOT)).toMatchObject({ code: 0 })
})

test.each(['bin/skyvern.cjs', '.config/setup.mjs'])('%s has syntax that Node 12 reads', (file) => {
  const code = readFileSync(join(ROOT, file), 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
  expect(code).not.toMatch(
    /\?\.[a-z([]|\?\?|\|\|=|&&=|^await |#\w+\s*[(=]|\d_\d|\.at\(|replaceAll/m,
  )
})

test('a copy without a build says how to get one', async () => {
  const copy = temporary('unbuilt')
  mkdirSync(join(copy, 'bin'))
  cpSync(BINARY, join(copy, 'bin', 'skyvern.cjs'))
  cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'))
  const skyvern = [process.execPath, join(copy, 'bin', 'skyvern.cjs')]
  const refused = await command([...skyvern, 'session', 'list'], copy)
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toMatch(/^error: skyvern-cli was not built, .*`npm install` in .*\n$/)
  expect(refused.stderr).toContain(copy)
  expect((await command([...skyvern, '--version'], copy)).code).toBe(0)
})

test('npx may pass the tool its own name', async () => {
  const named = await command([process.execPath, BINARY, 'skyvern', '--version'], ROOT)
  expect(named).toMatchObject({ code: 0, stdout: expect.stringContaining(version) })
})
