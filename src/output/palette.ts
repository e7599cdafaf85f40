/** Colour: the one file that imports chalk, and only when a stream gets colour. */
import { hasColor } from './terminal.ts'
import type { Terminal } from './terminal.ts'

export type Paint = (text: string) => string

export interface Palette {
  colored: boolean
  error: Paint
  warning: Paint
  done: Paint
  strong: Paint
  dim: Paint
}

/** The style of a status of a session or run. */
export function paintOf(status: string): 'done' | 'error' | 'strong' | 'dim' | undefined {
  if (status === 'completed') return 'done'
  if (['failed', 'terminated', 'timed_out'].includes(status)) return 'error'
  if (status === 'running') return 'strong'
  return status === 'canceled' ? 'dim' : undefined
}

const same: Paint = (text) => text
const PLAIN: Palette = {
  colored: false,
  error: same,
  warning: same,
  done: same,
  strong: same,
  dim: same,
}

/** One palette for each stream, because either can be a pipe. */
export async function loadPalettes(
  terminal: Terminal,
  color: boolean,
): Promise<{ stdout: Palette; stderr: Palette }> {
  const wanted = {
    stdout: color && hasColor(terminal.stdout, terminal.env),
    stderr: color && hasColor(terminal.stderr, terminal.env),
  }
  if (!wanted.stdout && !wanted.stderr) return { stdout: PLAIN, stderr: PLAIN }
  const { Chalk } = await import('chalk')
  const chalk = new Chalk({ level: 1 })
  const colored: Palette = {
    colored: true,
    error: chalk.red,
    warning: chalk.yellow,
    done: chalk.green,
    strong: chalk.bold,
    dim: chalk.dim,
  }
  return {
    stdout: wanted.stdout ? colored : PLAIN,
    stderr: wanted.stderr ? colored : PLAIN,
  }
}
