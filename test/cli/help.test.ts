// What `skyvern help` knows: topics, the whole tree, examples, and what an agent should know.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { cliFor, session, SESSION_ID, startApi } from '../support/api.ts'
import { createCli } from '../support/cli.ts'
import { onTerminal } from '../support/pty.ts'
import { openBefore } from '../support/scene.ts'

interface Described {
  name: string
  usage: string
  options: { flags: string; description: string }[]
  examples: string[]
  commands: Described[]
}

/** Every command, read once. */
let described: ReturnType<typeof describeAll> | undefined
async function describeAll(): Promise<{ program: Described; verbs: Described[] }> {
  const program: Described = JSON.parse((await createCli().run(['help', '--json'])).stdout)
  const leaves = (command: Described): Described[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(leaves)
  return { program, verbs: leaves(program) }
}

/** What is wrong with a command line: an unknown command or option. */
function faultOf(line: string, program: Described, verbs: Described[]): string | undefined {
  const [ours = ''] = line.split(' -- ')
  const words = /\bskyvern\b *(.*)/.exec(ours)?.[1]?.split(/[ ")]+/) ?? []
  const verb = verbs.find(({ usage }) => {
    const path = usage.replace(/^skyvern /, '').split(/ [[<]/)[0] ?? ''
    return words.slice(0, path.split(' ').length).join(' ') === path
  })
  if (!verb) return words.filter(Boolean).length === 0 ? undefined : `unknown command: ${line}`
  const known = [...verb.options, ...program.options].flatMap(({ flags }) => flags.split(/[ ,]+/))
  const used = line.split(' -- ')[0]?.match(/(?<= )--?[a-z][a-z-]*/gi) ?? []
  const unknown = used.filter((flag) => !known.includes(flag))
  return unknown.length > 0 ? `${unknown.join(' ')} in: ${line}` : undefined
}

test('help --json has every command with its options, and each has true examples', async () => {
  const { program, verbs } = await (described ??= describeAll())
  expect(verbs.length).toBeGreaterThan(50)
  for (const { usage, examples } of verbs) {
    expect([usage, examples.length > 0]).toEqual([usage, true])
    for (const example of examples) expect(faultOf(example, program, verbs)).toBeUndefined()
  }
})

const TOPICS = [
  ['environment', 'SKYVERN_API_KEY'],
  ['exit-codes', 'may still be billing'],
  ['output', 'stdout has the result and nothing else'],
  ['formatting', '--fields a,b'],
  ['steps', 'tick <box>'],
  ['scripting', 'skyvern session exec --timeout 45 -- ./invoices.sh'],
] as const

test('the help of the program names the topics', async () => {
  const cli = createCli()
  const [, line = ''] =
    /^Topics: skyvern help (.+)$/m.exec((await cli.run(['--help'])).stdout) ?? []
  expect(line.split(' | ')).toEqual(TOPICS.map(([topic]) => topic))
  // After a global option too, a command is explained and not run.
  expect((await cli.run(['-q', 'help', 'session', 'use'])).stdout).toContain(
    'Usage: skyvern session use',
  )
})

test('an example with a wrong command or option would be seen', async () => {
  const { program, verbs } = await (described ??= describeAll())
  expect(faultOf('skyvern session create --timeot 5', program, verbs)).toContain('--timeot')
  expect(faultOf('skyvern session craete', program, verbs)).toContain('unknown command')
})

test('the help of a command ends with its examples', async () => {
  const { stdout } = await createCli().run(['help', 'session', 'extend'])
  expect(stdout).toMatch(/Examples:\n {2}skyvern session extend 30\n/)
})

test.each(TOPICS)('help %s explains it, in lines that fit a terminal', async (topic, text) => {
  const { code, stdout, stderr } = await createCli().run(['help', topic])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain(text)
  expect(stdout).not.toMatch(/\]\(|\*\*|^\|/m)
  const prose = stdout.split('\n').filter((line) => !line.startsWith('  '))
  for (const line of prose) expect(line.length).toBeLessThanOrEqual(80)
})

test('help --skill is short, and every command in it exists', async () => {
  const { code, stdout } = await createCli().run(['help', '--skill'])
  expect(code).toBe(0)
  expect(stdout.trim().split('\n').length).toBeLessThanOrEqual(80)
  expect(stdout).toBe(readFileSync(new URL('../../docs/skill.md', import.meta.url), 'utf8'))
  const { program, verbs } = await (described ??= describeAll())
  const blocks = [...stdout.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block = '']) =>
    block.split('\n'),
  )
  const inline = [...stdout.matchAll(/`(skyvern [^`]+)`/g)].map(([, line = '']) => line)
  const lines = [...blocks, ...inline].filter((line) => /\bskyvern\b/.test(line))
  expect(lines.length).toBeGreaterThan(12)
  for (const line of lines) expect(faultOf(line, program, verbs)).toBeUndefined()
})

test('skyvern alone shows the state and what to do next, without a request', async () => {
  const fresh = await createCli().run([])
  expect(fresh.code).toBe(0)
  expect(fresh.stdout).toMatch(/^key\tnone$/m)
  expect(fresh.stderr).toContain('skyvern auth login')
  expect(fresh.stderr).toContain('skyvern local demo')

  const api = await startApi({ 'POST /v1/browser_sessions': { json: session() } })
  const cli = cliFor(api)
  await openBefore(cli, api, { name: 'shop' })
  const { stdout, stderr } = await cli.run([])
  expect(stdout).toMatch(new RegExp(`^current session\t${SESSION_ID} `, 'm'))
  expect(stdout).toMatch(new RegExp(`^created here\t${SESSION_ID} shop \\(`, 'm'))
  expect(stdout).not.toContain(cli.environment({})['SKYVERN_API_KEY'])
  expect(stderr).toContain('skyvern session close')
  const status = await cli.run(['status', '--json'])
  expect(status.json).toMatchObject({ current_session: SESSION_ID, server: api.url })
  expect(api.requests).toEqual([])
})

test('a topic on a terminal has headings', async () => {
  const terminal = onTerminal(createCli(), ['help', 'formatting'], {}, { cols: 80 })
  await terminal.shows('cdp=$(skyvern session get --fields browser_address)')
  expect(terminal.output).toContain('\u001b[1mFormats')
})
