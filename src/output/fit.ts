/** Makes a table as narrow as the terminal: leaves columns out, then shortens texts. */

export interface Fitting {
  /** If a table is too wide, columns are left out, the highest number first. A column without a number always stays. */
  drop?: number
  /** Whether its texts may be shortened, as names and titles may. */
  shortens?: boolean
}

/** The least width of a shortened column. */
const NARROWEST = 12
/** The preferred width: other columns are left out before it becomes narrower. */
const READABLE = 24

const sum = (widths: number[]): number => widths.reduce((total, one) => total + one, 0)

/**
 * Which columns stay, and how wide each is.
 * @param natural the widths that the texts need
 * @param width that of the terminal, without the gaps between columns
 * @param gap between two columns
 */
export function fitColumns(
  columns: Fitting[],
  natural: number[],
  width: number,
  gap: number,
): { index: number; width: number }[] {
  const kept = columns.map(({ drop, shortens = false }, index) => ({
    index,
    drop,
    shortens,
    width: natural[index] ?? 0,
  }))
  const least = (column: (typeof kept)[number]): number =>
    column.shortens ? Math.min(column.width, READABLE) : column.width
  const room = (): number => width - gap * (kept.length - 1)
  while (sum(kept.map(least)) > room()) {
    const next = kept.reduce((a, b) => ((b.drop ?? 0) > (a.drop ?? 0) ? b : a))
    if (next.drop === undefined) break
    kept.splice(kept.indexOf(next), 1)
  }
  const shortened = kept.filter((column) => column.shortens)
  while (sum(kept.map((column) => column.width)) > room()) {
    const widest = shortened.reduce((a, b) => (b.width > a.width ? b : a), { width: 0 })
    if (widest.width <= NARROWEST) break
    widest.width--
  }
  return kept
}

/** Splits a text into visible characters (graphemes). Created at its first use: it takes a quarter of a start. */
let characters: Intl.Segmenter | undefined

/** Shortens the text to a number of terminal columns, ending in … if something was cut. */
export function shortenTo(text: string, width: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= width) return text
  let short = ''
  let used = 0
  characters ??= new Intl.Segmenter()
  for (const { segment } of characters.segment(text)) {
    used += widthOf(segment)
    if (used > width - 1) break
    short += segment
  }
  return `${short.trimEnd()}…`
}
