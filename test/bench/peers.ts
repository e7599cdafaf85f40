/** Other command lines, as far as they are installed: on the path, or in the folders of BENCH_PEERS. */
import { accessSync, constants, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchServer } from './server.ts'
import type { Command } from './meter.ts'

const FOLDERS = `${process.env['BENCH_PEERS'] ?? ''}:${process.env['PATH'] ?? ''}`
  .split(':')
  .filter(Boolean)

/** Nothing but the request: no telemetry, no look for updates. */
const QUIET = {
  DO_NOT_TRACK: '1',
  BROWSERBASE_TELEMETRY_DISABLED: '1',
  BROWSE_DISABLE_UPDATE_CHECK: '1',
  BB_DISABLE_UPDATE_CHECK: '1',
  SKYVERN_TELEMETRY: 'false',
  GH_NO_UPDATE_NOTIFIER: '1',
  LITELLM_LOCAL_MODEL_COST_MAP: 'True',
}

/** Each peer's way to the same list, from the same server. `node` runs those that are written for it. */
export function findPeers(node: string, server: BenchServer): Record<string, Command> {
  const base = { BROWSERBASE_BASE_URL: server.http, BROWSERBASE_API_KEY: 'key', ...QUIET }
  const python = { SKYVERN_BASE_URL: server.http, SKYVERN_API_KEY: 'key', ...QUIET }
  const secure = { SSL_CERT_FILE: server.authority, GH_TOKEN: 'key', GH_ENTERPRISE_TOKEN: 'key' }
  const list = `${server.https}/v1/browser_sessions`
  const commands: Record<string, Command | undefined> = {
    'bb sessions list': onNode(node, find('bb'), ['sessions', 'list'], base),
    'browse cloud sessions list': onNode(node, find('browse'), ['cloud', 'sessions', 'list'], base),
    'skyvern browser session list (Python)': program(
      find('skyvern', (file) => /^#!.*python/.test(readFileSync(file, 'latin1'))),
      ['browser', 'session', 'list', '--json'],
      python,
    ),
    'gh api (https)': program(find('gh'), ['api', list], { ...secure, ...QUIET }),
    'curl (https)': program(find('curl'), ['-sf', '--cacert', server.authority, list], {}),
  }
  return Object.fromEntries(
    Object.entries(commands).filter((entry): entry is [string, Command] => entry[1] !== undefined),
  )
}

type Env = Record<string, string>
const program = (file: string | undefined, args: string[], env: Env): Command | undefined =>
  file === undefined ? undefined : { args: [file, ...args], env }
const onNode = (node: string, file: string | undefined, args: string[], env: Env) =>
  file === undefined ? undefined : { args: [node, file, ...args], env }

function find(name: string, isIt?: (file: string) => boolean): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return isIt?.(file) ?? true
    } catch {
      return false
    }
  })
}
