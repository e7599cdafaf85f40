/** Writes docs/clients.md after a run of all clients: what each of them does, and what is declared different. */
import { writeFile } from 'node:fs/promises'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

const FILES = ['node.clients.ts', 'python.clients.ts']

export default class Page implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const skipped = tests.some((test) => test.result().state === 'skipped')
    if (skipped || modules.length < FILES.length) return
    await writeFile('docs/clients.md', document(tests))
  }
}

function document(tests: TestCase[]): string {
  const rows = tests.map((test) => {
    const { client = '', different } = test.meta()
    const mark = test.result().state !== 'passed' ? '✗' : different === undefined ? '✓' : '≠'
    return `| ${client} | ${test.name} | ${mark} |`
  })
  const differences = tests.flatMap((test) => {
    const { client, different } = test.meta()
    return different === undefined ? [] : [`- **${test.name}** (${client}): ${different}.`]
  })
  return `# Clients

What other programs do with the embedded backend: the official clients by \`SKYVERN_BASE_URL\` and \`SKYVERN_API_KEY\`,
browser libraries by the CDP address of a session. \`npm run test:clients\` installs them from npm and PyPI, runs them and
writes this page. ✓ as in the cloud · ≠ with the difference that is declared below · ✗ failed.

| client | what it does | |
| --- | --- | --- |
${rows.toSorted().join('\n')}

## Differences

${differences.toSorted().join('\n')}
`
}
