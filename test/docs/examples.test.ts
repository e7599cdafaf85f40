/** Workflow files cannot run here: at least every command and option that they and the page about scripts use exists. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createCli } from '../support/cli.ts'

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url))
const FILES = [
  'scripting.md',
  'containers.md',
  ...readdirSync(join(DOCS, 'recipes')).map((name) => `recipes/${name}`),
]

interface Described {
  usage: string
  options: { flags: string }[]
  commands: Described[]
}

/** Every command by its words, with its flags and the global ones: read once, because all files have the same commands. */
let flagsOf: Promise<Map<string, string[]>> | undefined

async function readCommands(): Promise<Map<string, string[]>> {
  const program: Described = (await createCli().run(['help', '--json'])).json
  const longOf = ({ options }: Described): string[] =>
    options.flatMap(({ flags }) => flags.match(/--[a-z-]+/g) ?? [])
  const verbs = program.commands.flatMap((noun) =>
    noun.commands.length > 0 ? noun.commands : [noun],
  )
  return new Map(
    verbs.map((verb) => {
      const words = /^skyvern ([a-z -]*[a-z])/.exec(verb.usage)?.[1] ?? ''
      return [words, [...longOf(verb), ...longOf(program), '--help']]
    }),
  )
}

test.each(FILES)('%s calls what there is', async (file) => {
  const commands = await (flagsOf ??= readCommands())
  const calls = [
    ...codeOf(readFileSync(join(DOCS, file), 'utf8'), file).matchAll(
      /\bskyvern(?:-cli)? ([a-z]+) ([a-z]+)([^\n|`]*)/g,
    ),
  ]
  expect(calls.length).toBeGreaterThan(0)
  for (const [call, noun, verb, rest = ''] of calls) {
    const [ours = ''] = rest.split(' -- ')
    const known = commands.get(`${noun} ${verb}`) ?? commands.get(noun ?? '')
    expect(known, call).toBeDefined()
    expect(known, call).toEqual(expect.arrayContaining([...(ours.match(/--[a-z-]+/g) ?? [])]))
  }
})

/** Without prose: the blocks of a page, the lines of a file that are no comments. */
function codeOf(text: string, file: string): string {
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block)
  const code = file.endsWith('.md') ? blocks.join('') : text
  return code.replaceAll(/(^|\s)(#|\/\/) .*/gm, '')
}
