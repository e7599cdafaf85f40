/** Output for scripts: lines that a shell can `eval`, and outputs, variables and masks of a GitHub Actions step. */
import { appendFileSync } from 'node:fs'
import { usageError } from '../errors.ts'

/**
 * Lines of `export NAME='value'`, for sh, bash, dash, zsh and fish. Single quotes and backslashes in a value are put in
 * double quotes, because only fish treats a backslash before them as an escape within single quotes.
 */
export function exportLines(variables: Record<string, string | undefined>): string {
  return Object.entries(variables)
    .flatMap(([name, value]) => (value === undefined ? [] : `export ${name}=${quote(value)}`))
    .join('\n')
}

const quote = (value: string): string =>
  `'${value.replace(/['\\]/g, (character) => (character === '\\' ? `'"\\\\"'` : `'"'"'`))}'`

export interface GithubFiles {
  output: string
  env: string
}

/** @throws CliError `usage` outside a step */
export function githubFiles(env: NodeJS.ProcessEnv): GithubFiles {
  const { GITHUB_OUTPUT: output, GITHUB_ENV: file } = env
  if (output && file) return { output, env: file }
  throw usageError('--github works in a step of GitHub Actions: GITHUB_OUTPUT is not set.')
}

/** Line breaks are removed: a value could add lines of its own. @throws file system errors */
export function appendPairs(file: string, pairs: Record<string, string | undefined>): void {
  const lines = Object.entries(pairs).map(([name, value]) =>
    value === undefined ? '' : `${name}=${value.replaceAll(/[\r\n]/g, '')}\n`,
  )
  appendFileSync(file, lines.join(''))
}

/** Masks a value in the rest of the log of the job. */
export const maskCommand = (value: string): string =>
  `::add-mask::${value.replaceAll(/[\r\n]/g, '')}`
