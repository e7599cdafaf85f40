import { expect, test } from 'vitest'
import { cliFor } from '../support/api.ts'
import { startSessions } from '../support/sessions.ts'
import { openBefore } from '../support/scene.ts'
import { resolveScope } from '../../src/config/scope.ts'

const GITHUB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_RUN_ID: '1',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_JOB: 'build',
  RUNNER_NAME: 'box-1',
  RUNNER_TEMP: '/runner-1/_temp',
  RUNNER_TRACKING_ID: 'github_1',
}
const GITLAB = { GITLAB_CI: 'true', CI_JOB_ID: '7', CI_PIPELINE_ID: '3' }
const CIRCLE = { CIRCLECI: 'true', CIRCLE_WORKFLOW_JOB_ID: 'a', CIRCLE_NODE_INDEX: '0' }
const JENKINS = {
  JENKINS_URL: 'https://ci.example.com/',
  BUILD_TAG: 'jenkins-x-1',
  NODE_NAME: 'box',
  EXECUTOR_NUMBER: '0',
  WORKSPACE: '/ws/x',
}

test.each([
  [
    'GitHub Actions: legs of a matrix, two runners on one machine',
    GITHUB,
    { RUNNER_NAME: 'box-2' },
  ],
  ['GitHub Actions: legs one after the other on one runner', GITHUB, { RUNNER_TRACKING_ID: 'b' }],
  ['GitHub Actions: a new attempt', GITHUB, { GITHUB_RUN_ATTEMPT: '2' }],
  ['GitLab: parallel jobs of one pipeline', GITLAB, { CI_JOB_ID: '8' }],
  ['CircleCI: jobs of one workflow', CIRCLE, { CIRCLE_WORKFLOW_JOB_ID: 'b' }],
  ['CircleCI: containers of one job', CIRCLE, { CIRCLE_NODE_INDEX: '1' }],
  ['Jenkins: two executors', JENKINS, { EXECUTOR_NUMBER: '1', WORKSPACE: '/ws/x@2' }],
  ['Jenkins: two builds', JENKINS, { BUILD_TAG: 'jenkins-x-2' }],
  ['two sessions of Claude Code', { CLAUDE_CODE_SESSION_ID: 'a' }, { CLAUDE_CODE_SESSION_ID: 'b' }],
  ['two threads of Codex', { CODEX_THREAD_ID: 'a' }, { CODEX_THREAD_ID: 'b' }],
  ['two agents in Cursor', { CURSOR_TRACE_ID: 'a' }, { CURSOR_TRACE_ID: 'b' }],
  ['SKYVERN_SCOPE', { ...GITLAB, SKYVERN_SCOPE: 'a' }, { SKYVERN_SCOPE: 'b' }],
])('%s have a scope each', (_, one, difference) => {
  const scope = resolveScope(one)
  expect(scope.source).toMatch(/^(GitHub Actions|GitLab CI|CircleCI|Jenkins|SKYVERN_SCOPE|\w+_ID)$/)
  expect(resolveScope({ ...one, CI_PIPELINE_ID: '4' })).toEqual(scope)
  expect(resolveScope({ ...one, ...difference }).value).not.toBe(scope.value)
})

test.each([
  ['GitHub Actions', GITHUB, { RUNNER_NAME: 'box-2' }],
  ['SKYVERN_SCOPE', { ...GITLAB, SKYVERN_SCOPE: 'a' }, { SKYVERN_SCOPE: 'b' }],
])(
  'each scope of %s has a current session, which a later step finds',
  async (source, one, other) => {
    const cli = cliFor(await startSessions())
    const id = (await cli.run(['session', 'create'], { env: one })).stdout.trim()
    const later = await cli.run(['session', 'current'], { env: one })
    expect(later.stdout.trim()).toBe(id)
    expect(later.stderr).toContain(`scope of ${source}`)
    expect((await cli.run(['session', 'current'], { env: { ...one, ...other } })).code).toBe(5)
    expect((await cli.run(['session', 'current'])).code).toBe(5)
  },
)

test('the choice of a session is printed on stderr, with its source', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  const id = await openBefore(cli, api)
  expect((await cli.run(['session', 'get'])).stderr).toContain(`Session ${id} (current session)`)
  const forced = await cli.run(['session', 'get'], { env: { SKYVERN_SESSION_ID: id } })
  expect(forced.stderr).toContain(`Session ${id} (SKYVERN_SESSION_ID)`)
})

test('a list shows the names that can be used: those of this scope', async () => {
  const api = await startSessions()
  const cli = cliFor(api)
  await openBefore(cli, api, { name: 'shop', scope: 'a' })
  const list = async (scope: string): Promise<string> =>
    (await cli.run(['session', 'list'], { env: { SKYVERN_SCOPE: scope } })).stdout
  expect(await list('a')).toContain('shop')
  expect(await list('b')).not.toContain('shop')
})
