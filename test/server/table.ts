/**
 * Writes docs/contract-suite.md after a run of the whole suite: every case with what came out on each target, the declared
 * differences with their reasons, and the transcript of the case that keeps one.
 */
import { readdir, writeFile } from 'node:fs/promises'
import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { differences } from '../contract/differences.ts'

const targets = ['embedded', 'server'] as const

export default class Table implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const files = (await readdir('test/contract')).filter((name) => name.endsWith('.test.ts'))
    if (modules.length < files.length * targets.length) return
    await writeFile('docs/contract-suite.md', document(modules))
  }
}

function document(modules: readonly TestModule[]): string {
  const server = modules.find(({ project }) => project.name === 'server')
  const version = server?.project.getProvidedContext().server?.version ?? ''
  const files = [...new Set(modules.map((module) => module.relativeModuleId))].sort()
  const sections = files.map((file) =>
    section(
      file,
      modules.filter((module) => module.relativeModuleId === file),
    ),
  )
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const cases = new Set(tests.map((test) => test.name)).size
  const transcript = tests.map((test) => test.meta().transcript).find((text) => text !== undefined)
  return `# The contract suite

One set of cases, through the built binary, on two targets: the embedded backend (in \`npm test\`, always) and the real
open-source Skyvern server ${version} (\`npm run test:server\`, which also writes this page). ${cases} cases,
${differences.length} declared differences. ✓ passed · ≠ passed, with the declared difference · – not there, declared ·
✗ failed.

${sections.join('\n')}
## Differences

${differences.map(({ case: name, target, reason }) => `- **${name}** (${target}): ${reason}`).join('\n')}

## The story on skyvern ${version}

\`\`\`console
${transcript ?? ''}
\`\`\`
`
}

function section(file: string, modules: readonly TestModule[]): string {
  const [embedded, server] = targets.map((target) => {
    const tests = modules.filter(({ project }) => project.name === target)
    return new Map(
      tests.flatMap(({ children }) => [...children.allTests()]).map((test) => [test.name, test]),
    )
  })
  const names = new Set([...(embedded?.keys() ?? []), ...(server?.keys() ?? [])])
  const rows = [...names].map(
    (name) => `| ${name} | ${mark(embedded?.get(name))} | ${mark(server?.get(name))} |`,
  )
  const title = file.replace(/.*\/|\.test\.ts$/g, '')
  return `## ${title}\n\n| case | embedded | server |\n| --- | --- | --- |\n${rows.join('\n')}\n`
}

function mark(test: TestCase | undefined): string {
  if (test === undefined) return '–'
  if (test.result().state !== 'passed') return '✗'
  return test.meta().difference === undefined ? '✓' : '≠'
}
