/** A clone of this working tree as it is, without what building and installing have made. */
import { cpSync, mkdtempSync, rmSync, symlinkSync, utimesSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { onTestFinished } from 'vitest'
import { Running } from '../support/cli.ts'
import type { Result } from '../support/cli.ts'
import { ROOT } from '../support/project.ts'

const MADE = /^(node_modules|dist|\.git|\.setup\.log|.*\.tgz)$/

export function temporary(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `skyvern-${name}-`))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }))
  return folder
}

/** @param installed whether the packages are there: those of this clone, which were not changed since */
export function cloneOfThis({ installed }: { installed: boolean }): string {
  const clone = join(temporary('clone'), 'clone')
  cpSync(ROOT, clone, {
    recursive: true,
    filter: (path) => !MADE.test(relative(ROOT, path)),
  })
  if (installed) {
    symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'))
    utimesSync(join(clone, 'package-lock.json'), 0, 0)
  }
  return clone
}

/** A program in a folder, with an environment of its own. */
export function command(
  [file = '', ...args]: string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<Result> {
  const { PATH = '' } = process.env
  return new Running(spawn(file, args, { cwd, env: { PATH, ...env } })).result
}
