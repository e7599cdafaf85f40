/** The command tree: a command is one file, `commands/<noun>/<verb>.ts`, and one line here. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'

/** Gives a command its arguments, options and action. */
export type Define = (command: Command, context: Context) => void
type Load = () => Promise<{ define: Define }>
export interface Leaf {
  summary: string
  load: Load
  /** What peers call it. */
  aliases: string[]
}
export interface Group {
  summary: string
  verbs: Record<string, Leaf>
}
export type Tree = Record<string, Group | Leaf>

const leaf = (summary: string, load: Load, ...aliases: string[]): Leaf => ({
  summary,
  load,
  aliases,
})

export const TREE: Tree = {
  session: {
    summary: 'Create, use and close browser sessions',
    verbs: {
      create: leaf('Create a session', () => import('../commands/session/create.ts'), 'start'),
      list: leaf('List sessions', () => import('../commands/session/list.ts'), 'ls'),
      get: leaf('Show a session', () => import('../commands/session/get.ts'), 'show', 'status'),
      use: leaf('Choose the current session', () => import('../commands/session/use.ts')),
      current: leaf('Print the current session', () => import('../commands/session/current.ts')),
      patch: leaf('Change a live session', () => import('../commands/session/patch.ts'), 'update'),
      wait: leaf(
        'Wait until a session is ready, idle or closed',
        () => import('../commands/session/wait.ts'),
      ),
      download: leaf(
        'Save the files and recordings of a session',
        () => import('../commands/session/download.ts'),
      ),
      screenshot: leaf(
        'Save a picture of the page',
        () => import('../commands/session/screenshot.ts'),
      ),
      text: leaf('Print the text of the page', () => import('../commands/session/text.ts')),
      cookies: leaf('Read or set cookies', () => import('../commands/session/cookies.ts')),
      view: leaf('Open the live view', () => import('../commands/session/view.ts'), 'open'),
      ensure: leaf(
        'Get the session with a name or profile, or create it',
        () => import('../commands/session/ensure.ts'),
      ),
      exec: leaf(
        'Run a command in a session of its own, and close it whatever happens',
        () => import('../commands/session/exec.ts'),
      ),
      extend: leaf('Let a session live longer', () => import('../commands/session/extend.ts')),
      close: leaf(
        'Close sessions, and verify that they ended',
        () => import('../commands/session/close.ts'),
        'stop',
        'end',
        'delete',
        'rm',
      ),
      prune: leaf('Close forgotten sessions', () => import('../commands/session/prune.ts'), 'gc'),
    },
  },
  task: {
    summary: 'Run tasks in a session',
    verbs: {
      run: leaf('Run a task and wait for its output', () => import('../commands/task/run.ts')),
      map: leaf('Run a task for each row of a table', () => import('../commands/task/map.ts')),
      list: leaf('List runs', () => import('../commands/task/list.ts'), 'ls'),
      get: leaf('Show a run', () => import('../commands/task/get.ts'), 'show', 'status'),
      wait: leaf('Wait for runs to end', () => import('../commands/task/wait.ts')),
      artifacts: leaf('List what a run left', () => import('../commands/task/artifacts.ts')),
      download: leaf('Save what a run left', () => import('../commands/task/download.ts')),
      view: leaf('Open the page of a run', () => import('../commands/task/view.ts'), 'open'),
      login: leaf('Log in with a stored credential', () => import('../commands/task/login.ts')),
      timeline: leaf(
        'Show what a run did, step by step',
        () => import('../commands/task/timeline.ts'),
      ),
      'retry-webhook': leaf(
        'Send the webhook of a run again',
        () => import('../commands/task/retry-webhook.ts'),
      ),
      cancel: leaf('Cancel a run', () => import('../commands/task/cancel.ts'), 'stop'),
    },
  },
  agent: {
    summary: 'Run saved agents',
    verbs: {
      list: leaf('List agents', () => import('../commands/agent/list.ts'), 'ls'),
      get: leaf(
        'Show an agent and its parameters',
        () => import('../commands/agent/get.ts'),
        'show',
      ),
      run: leaf('Run an agent and wait for its output', () => import('../commands/agent/run.ts')),
    },
  },
  credential: {
    summary: 'Manage stored credentials',
    verbs: {
      create: leaf(
        'Store a password or secret',
        () => import('../commands/credential/create.ts'),
        'add',
      ),
      list: leaf('List credentials', () => import('../commands/credential/list.ts'), 'ls'),
      get: leaf(
        'Show a credential, without its secret',
        () => import('../commands/credential/get.ts'),
        'show',
      ),
      delete: leaf('Delete credentials', () => import('../commands/credential/delete.ts'), 'rm'),
      code: leaf(
        'Give a one-time code to runs that wait for it',
        () => import('../commands/credential/code.ts'),
      ),
    },
  },
  profile: {
    summary: 'Manage browser profiles: saved cookies and storage',
    verbs: {
      create: leaf('Create a profile', () => import('../commands/profile/create.ts')),
      list: leaf('List profiles', () => import('../commands/profile/list.ts'), 'ls'),
      get: leaf('Show a profile', () => import('../commands/profile/get.ts'), 'show'),
      update: leaf('Change a profile', () => import('../commands/profile/update.ts'), 'patch'),
      delete: leaf('Delete profiles', () => import('../commands/profile/delete.ts'), 'rm'),
    },
  },
  auth: {
    summary: 'Manage API keys',
    verbs: {
      login: leaf('Store an API key', () => import('../commands/auth/login.ts')),
      logout: leaf('Forget a stored API key', () => import('../commands/auth/logout.ts')),
      status: leaf(
        'Show which key is in use',
        () => import('../commands/auth/status.ts'),
        'whoami',
      ),
    },
  },
  config: {
    summary: 'Manage settings',
    verbs: {
      list: leaf('List settings and their sources', () => import('../commands/config/list.ts')),
      get: leaf('Print a setting', () => import('../commands/config/get.ts')),
      set: leaf('Store a setting', () => import('../commands/config/set.ts')),
      unset: leaf('Remove a stored setting', () => import('../commands/config/unset.ts')),
      path: leaf('Print where files are kept', () => import('../commands/config/path.ts')),
    },
  },
  local: {
    summary: 'Run the embedded backend: the same API on this machine',
    verbs: {
      start: leaf('Start it', () => import('../commands/local/start.ts')),
      stop: leaf('Close its sessions and end it', () => import('../commands/local/stop.ts')),
      status: leaf('Show whether it runs, and where', () => import('../commands/local/status.ts')),
      env: leaf(
        'Print its address and key as lines for eval',
        () => import('../commands/local/env.ts'),
      ),
      logs: leaf('Print what it did', () => import('../commands/local/logs.ts')),
      demo: leaf('Show the story on a demo site', () => import('../commands/local/demo.ts')),
      doctor: leaf('Check what it needs', () => import('../commands/local/doctor.ts')),
    },
  },
  api: leaf('Send a request that has no command', () => import('../commands/api.ts')),
  status: leaf(
    'Show key, server, current session and what may be open',
    () => import('../commands/status.ts'),
  ),
  help: leaf('Show help for a command or a topic', () => import('./help-command.ts')),
  doctor: leaf('Check key, server, clock and machine', () => import('../commands/doctor.ts')),
  completion: leaf('Print a completion script', () => import('../commands/completion.ts')),
}
