/** Workflow files cannot run here: at least every command and option that they and the page about scripts use exists. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createCli } from '../support/cli.ts'
import type { Result } from '../support/cli.ts'

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url))
const FILES = [
  'scripting.md',
  'containers.md',
  ...readdirSync(join(DOCS, 'recipes')).map((name) => `recipes/${name}`),
]

const helps = new Map<string, Promise<Result>>()

test.each(FILES)('%s calls what there is', async (file) => {
  const globals = (await helpOf('')).stdout
  const calls = codeOf(readFileSync(join(DOCS, file), 'utf8'), file).matchAll(
    /\bskyvern(?:-cli)? ([a-z]+) ([a-z]+)([^\n|`]*)/g,
  )
  const flags = new Map<string, Set<string>>()
  for (const [, noun, verb, rest = ''] of calls) {
    const [ours = ''] = rest.split(' -- ')
    const known = flags.get(`${noun} ${verb}`) ?? new Set()
    for (const [flag] of ours.matchAll(/--[a-z-]+/g)) known.add(flag)
    flags.set(`${noun} ${verb}`, known)
  }
  expect(flags.size).toBeGreaterThan(0)
  for (const [command, used] of flags) {
    const help = await helpOf(command)
    expect([command, help.code]).toEqual([command, 0])
    expect(help.stdout).toContain(`skyvern ${command}`)
    for (const flag of used) expect(help.stdout + globals).toContain(`${flag}`)
  }
})

/** The same commands are in many files. */
function helpOf(command: string): Promise<Result> {
  const words = command.split(' ').filter(Boolean)
  const help = helps.get(command) ?? createCli().run([...words, '--help'])
  helps.set(command, help)
  return help
}

/** Without prose: the blocks of a page, the lines of a file that are no comments. */
function codeOf(text: string, file: string): string {
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block)
  const code = file.endsWith('.md') ? blocks.join('') : text
  return code.replaceAll(/(^|\s)(#|\/\/) .*/gm, '')
}
