/**
 * The scope of the current session and of session names: by default the user, in CI the job, and for an AI agent its own
 * session. Jobs and agents that run at the same time thus do not use each other's session.
 */

export interface Scope {
  /** Empty for the default scope. */
  value: string
  source: string
}

/**
 * Variables that together identify one job. GitHub has none for the combination of a matrix or for the step. Its runner
 * gives every job a tracking id, and two runners on one machine differ in name and folder.
 */
const CI_SCOPES: [name: string, marker: string, parts: string[]][] = [
  [
    'GitHub Actions',
    'GITHUB_ACTIONS',
    [
      'GITHUB_RUN_ID',
      'GITHUB_RUN_ATTEMPT',
      'GITHUB_JOB',
      'RUNNER_NAME',
      'RUNNER_TEMP',
      'RUNNER_TRACKING_ID',
    ],
  ],
  ['GitLab CI', 'GITLAB_CI', ['CI_JOB_ID']],
  ['CircleCI', 'CIRCLECI', ['CIRCLE_WORKFLOW_JOB_ID', 'CIRCLE_NODE_INDEX']],
  ['Jenkins', 'JENKINS_URL', ['BUILD_TAG', 'NODE_NAME', 'EXECUTOR_NUMBER', 'WORKSPACE']],
]

/** Variables that identify the session of an AI agent, so that each agent has its own current session. */
const AGENT_SCOPES = ['CLAUDE_CODE_SESSION_ID', 'CODEX_THREAD_ID', 'CURSOR_TRACE_ID']

/** The scope of `local demo`. Its source is empty, because a message that names it would only confuse. */
export const DEMO_SCOPE = 'skyvern local demo '

export function resolveScope(env: NodeJS.ProcessEnv): Scope {
  const chosen = env['SKYVERN_SCOPE']
  if (chosen?.startsWith(DEMO_SCOPE)) return { value: chosen, source: '' }
  if (chosen) return { value: chosen, source: 'SKYVERN_SCOPE' }
  for (const [name, marker, parts] of CI_SCOPES) {
    if (!env[marker]) continue
    const value = parts.map((part) => env[part] ?? '').join(' ')
    return { value: `${name} ${value}`, source: name }
  }
  const agent = AGENT_SCOPES.find((name) => env[name])
  if (agent !== undefined) return { value: `${agent} ${env[agent]}`, source: agent }
  return { value: '', source: 'default' }
}
