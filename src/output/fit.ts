/** Makes a table as narrow as the terminal: leaves columns out, then shortens texts. */

export interface Fitting {
  /** Left out of a table that is too wide, the highest first. Without it, a column always stays. */
  drop?: number
  /** Its texts may be shortened, such as names and titles. */
  shortens?: boolean
}

/** How wide a column stays that is shortened. */
const NARROWEST = 12
/** How wide it should stay: before it is narrower, others are left out. */
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

/** Splits a text into what is seen as one character each. */
const characters = new Intl.Segmenter()

/** The text in so many columns of a terminal, its end replaced by … where it is longer. */
export function shortenTo(text: string, width: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= width) return text
  let short = ''
  let used = 0
  for (const { segment } of characters.segment(text)) {
    used += widthOf(segment)
    if (used > width - 1) break
    short += segment
  }
  return `${short.trimEnd()}…`
}
