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
    const skipped = testsOf(modules).some((test) => test.result().state === 'skipped')
    if (skipped || modules.length < files.length * targets.length) return
    await writeFile('docs/contract-suite.md', document(modules))
  }
}

function document(modules: readonly TestModule[]): string {
  const onServer = modules.filter(({ project }) => project.name === 'server')
  const version = onServer[0]?.project.getProvidedContext().server?.version ?? ''
  const files = [...new Set(modules.map((module) => module.relativeModuleId))].toSorted()
  const sections = files.map((file) =>
    section(
      file,
      modules.filter((module) => module.relativeModuleId === file),
      version,
    ),
  )
  const cases = new Set(testsOf(modules).map((test) => test.fullName)).size
  const transcript = testsOf(onServer)
    .map((test) => test.meta().transcript)
    .find((text) => text !== undefined)
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
${(transcript ?? '').trimEnd()}
\`\`\`
`
}

function testsOf(modules: readonly TestModule[]): TestCase[] {
  return modules.flatMap((module) => [...module.children.allTests()])
}

function section(file: string, modules: readonly TestModule[], version: string): string {
  const [embedded, server] = targets.map((target) => {
    const tests = testsOf(modules.filter(({ project }) => project.name === target))
    return new Map(tests.map((test) => [test.name, test]))
  })
  const names = new Set([...(embedded?.keys() ?? []), ...(server?.keys() ?? [])])
  const rows = [...names].map(
    (name) => `| ${name} | ${mark(embedded?.get(name))} | ${mark(server?.get(name))} |`,
  )
  const title = file.replace(/.*\/|\.test\.ts$/g, '')
  return `## ${title}\n\n| case | embedded | server ${version} |\n| --- | --- | --- |\n${rows.join('\n')}\n`
}

function mark(test: TestCase | undefined): string {
  if (test === undefined) return '–'
  if (test.result().state !== 'passed') return '✗'
  return test.meta().difference === undefined ? '✓' : '≠'
}
