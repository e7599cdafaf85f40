/** The result of a check, and how `doctor` and `local doctor` show it. */
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import { cleanLine } from '../output/clean.ts'
import { wrapWords } from '../output/wrap.ts'

export interface Finding {
  check: string
  status: 'ok' | 'warning' | 'failed'
  detail: string
  /** What to do about it. */
  fix?: string
}

const MARKS = { ok: '✓', warning: '!', failed: '✗' } as const
const PAINTS = { ok: 'done', warning: 'warning', failed: 'error' } as const

/**
 * Prints each finding, for a pipe as a row.
 * @throws CliError of this code when a check failed
 */
export async function showFindings(
  context: Context,
  findings: Finding[],
  code: ErrorCode = 'network',
): Promise<void> {
  const { output } = context
  const { json, fields, quiet } = output.mode
  const isForPerson = output.terminal.interactive && !json && !fields && !quiet
  if (isForPerson) {
    output.write(toText(context, findings))
  } else {
    await output.list(
      findings,
      [
        { title: 'STATUS', value: ({ status }) => status },
        { title: 'CHECK', value: ({ check }) => check },
        { title: 'FOUND', value: ({ detail }) => detail },
        { title: 'TO DO', value: ({ fix }) => fix },
      ],
      { id: 'check', nothing: '' },
    )
  }
  const failed = findings.filter(({ status }) => status === 'failed')
  if (failed.length === 0) return
  const names = failed.map(({ check }) => check).join(', ')
  const [first] = failed
  throw new CliError(code, `These checks failed: ${names}.`, {
    // A person has just read the fix.
    hint: first?.fix && !isForPerson ? `To do: ${first.fix}` : undefined,
  })
}

/** `✓ node  v22.1.0`, and what to do about it on a line below. */
function toText({ output }: Context, findings: Finding[]): string {
  const palette = output.palette.stdout
  const name = Math.max(...findings.map(({ check }) => check.length))
  const indent = name + 4
  const width = (output.terminal.stdout.columns || 80) - indent
  return findings
    .map(({ check, status, detail, fix }) => {
      const mark = palette[PAINTS[status]](MARKS[status])
      const found = wrapWords(cleanLine(detail), width)
      const toDo = fix
        ? wrapWords(`→ ${cleanLine(fix)}`, width).map((line) => palette.strong(line))
        : []
      const [first, ...more] = [...found, ...toDo]
      const start = `${mark} ${palette.dim(check.padEnd(name))}  ${first}`
      return [start, ...more.map((line) => ' '.repeat(indent) + line)].join('\n')
    })
    .join('\n')
}
