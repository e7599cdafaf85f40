/** Another package that has this one installed, and programs of it. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { KEY } from './api.ts'
import type { Api } from './api.ts'
import { Running } from './cli.ts'
import type { Result } from './cli.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A package that has this one installed. */
export function project(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-entry-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'node_modules', '@types'), { recursive: true })
  symlinkSync(ROOT, join(folder, 'node_modules', 'skyvern-cli'))
  symlinkSync(join(ROOT, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  return folder
}

/** A program with an instance of the class. */
export const sourceFor = (api: Api, body: string): string =>
  [
    'import { Skyvern, ApiError, WaitTimeout, getRun, createClient } from "skyvern-cli/api"',
    `const skyvern = new Skyvern({ apiKey: "${KEY}", baseUrl: "${api.url}" })`,
    body,
  ].join('\n')

export function execute(api: Api, body: string): Promise<Result> {
  const folder = project()
  writeFileSync(join(folder, 'program.js'), sourceFor(api, body))
  return new Running(spawn(process.execPath, ['program.js'], { cwd: folder, env: {} })).result
}
