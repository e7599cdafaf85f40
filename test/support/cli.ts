/** Runs the built binary as a user would: its own throw-away home, and nothing inherited but the path. */
import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export const BINARY = fileURLToPath(new URL('../../bin/skyvern.cjs', import.meta.url))

/** An environment in which the time of a process runs eight times as fast: for what waits, and need not in a test. */
export const HURRIED = {
  NODE_OPTIONS: `--require "${fileURLToPath(new URL('hurry.cjs', import.meta.url))}"`,
  HURRY: '8',
}

export interface MachineError {
  code: string
  message: string
  hint: string | null
  http_status: number | null
  retryable: boolean
  session_id: string | null
  run_id: string | null
  possible_sessions?: string[]
  possible_runs?: string[]
  run?: { run_id: string; status: string; failure_reason: string }
}

export class Result {
  constructor(
    readonly code: number | null,
    readonly signal: NodeJS.Signals | null,
    readonly stdout: string,
    readonly stderr: string,
  ) {}

  /** stdout as the one JSON value that it must be. */
  get json() {
    return JSON.parse(this.stdout)
  }

  /** The machine error: the last line of stderr. */
  get error(): MachineError {
    return JSON.parse(this.stderr.trim().split('\n').at(-1) ?? '').error
  }
}

type Env = Record<string, string | undefined>

export interface RunOptions {
  env?: Env
  input?: string | Uint8Array
  cwd?: string
}

/** A child process and what it has said so far. */
export class Running {
  stdout = ''
  stderr = ''
  readonly result: Promise<Result>
  constructor(readonly child: ChildProcessWithoutNullStreams) {
    child.stdout.on('data', (chunk) => (this.stdout += chunk))
    child.stderr.on('data', (chunk) => (this.stderr += chunk))
    this.result = new Promise((resolve) => {
      child.on('close', (code, signal) =>
        resolve(new Result(code, signal, this.stdout, this.stderr)),
      )
    })
  }

  /** Resolves when stderr holds the text, as often as asked. */
  async said(text: string, times = 1): Promise<void> {
    const said = (): boolean => this.stderr.split(text).length > times
    while (!said()) {
      await Promise.race([
        new Promise((resolve) => this.child.stderr.once('data', resolve)),
        this.result.then(({ stderr, code }) => {
          if (!said()) throw new Error(`ended with ${code}, never said: ${stderr}`)
        }),
      ])
    }
  }
}

export class Cli {
  constructor(
    /** The folder of keys, settings and state. */
    readonly folder: string,
    private readonly env: Env,
  ) {}

  /** What the binary finds in its environment. */
  environment(env: Env = {}): Record<string, string> {
    const all: Env = {
      PATH: process.env['PATH'],
      HOME: this.folder,
      SKYVERN_CONFIG_DIR: this.folder,
      ...this.env,
      ...env,
    }
    const defined = Object.entries(all).filter(([, value]) => value !== undefined)
    return Object.fromEntries(defined) as Record<string, string>
  }

  start(args: string[], { env, input, cwd }: RunOptions = {}): Running {
    const child = spawn(process.execPath, [BINARY, ...args], {
      env: this.environment(env),
      ...(cwd !== undefined && { cwd }),
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input ?? '')
    return new Running(child)
  }

  run(args: string[], options?: RunOptions): Promise<Result> {
    return this.start(args, options).result
  }
}

/** A binary with a home of its own, taken away at the end of the test. */
export function createCli(env: Env = {}): Cli {
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return new Cli(folder, env)
}

/** A PATH on which `skyvern` is the built binary, run by this node. */
export function pathWithSkyvern(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-path-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const script = `#!/bin/sh\nexec "${process.execPath}" "${BINARY}" "$@"\n`
  writeFileSync(join(folder, 'skyvern'), script, { mode: 0o755 })
  return `${folder}:${process.env['PATH']}`
}
