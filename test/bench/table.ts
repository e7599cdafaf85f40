/** The table of a bench: a figure, what it must keep to, and whether it does. */
import { spawnSync } from 'node:child_process'

interface Row {
  what: string
  figure: string
  budget: string
  kept: string
}

const BOUNDS = { '≤': (a: number, b: number) => a <= b, '≥': (a: number, b: number) => a >= b }

export class Table {
  private readonly rows: Row[] = []
  constructor(private readonly title: string) {}

  /** Adds a figure; `print` fails when a budget such as `['≤', 1.5]` is not kept. */
  add(
    what: string,
    value: number,
    { unit = '', digits = 2, budget, detail = '' }: RowOptions = {},
  ): void {
    const kept = budget === undefined || BOUNDS[budget[0]](value, budget[1])
    this.rows.push({
      what,
      figure: `${value.toFixed(digits)}${unit}${detail && ` (${detail})`}`,
      budget: budget === undefined ? '' : `${budget[0]} ${budget[1]}${unit}`,
      kept: budget === undefined ? '' : kept ? 'yes' : 'NO',
    })
  }

  print(): void {
    const head = { what: this.title, figure: 'measured', budget: 'budget', kept: 'kept' }
    const rows = [head, ...this.rows]
    const widths = columns.map((name) => Math.max(...rows.map((row) => row[name].length)))
    const line = (row: Row): string =>
      `| ${columns.map((name, index) => row[name].padEnd(widths[index] ?? 0)).join(' | ')} |`
    const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
    const [first = '', ...others] = rows.map(line)
    console.log(['', first, rule, ...others].join('\n'))
    const missed = this.rows.filter(({ kept }) => kept === 'NO').map(({ what }) => what)
    if (missed.length > 0) throw new Error(`Not within its budget: ${missed.join(' · ')}`)
  }
}

interface RowOptions {
  unit?: string
  digits?: number
  budget?: ['≤' | '≥', number]
  detail?: string
}

const columns = ['what', 'figure', 'budget', 'kept'] as const

export const versionOf = (node: string): string =>
  spawnSync(node, ['--version']).stdout.toString().trim().replace(/^v/, 'Node ')
