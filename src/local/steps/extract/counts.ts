/** Checks the number of rows against the counts that the page shows. Pure. */

export interface Counts {
  /** "1–10 of 23", "Showing 10 of 23". */
  ranges: { shown: number; total: number }[]
  /** "Page 1 of 3". */
  pages: number[]
  /** "23 results". */
  totals: number[]
}

const NUMBER = String.raw`(\d[\d.,]*\d|\d)`
const RANGE = new RegExp(
  `${NUMBER}\\s*(?:–|—|-|to)\\s*${NUMBER}\\s+(?:of|out of|/)\\s+(?:about )?${NUMBER}`,
  'gi',
)
const SHOWING = new RegExp(`showing ${NUMBER} (?:of|out of) ${NUMBER}`, 'gi')
const PAGE = new RegExp(`page ${NUMBER} (?:of|/) ${NUMBER}`, 'gi')
const TOTAL = new RegExp(`${NUMBER} (?:total )?(?:results|entries|records|rows)\\b`, 'gi')

export function countsIn(text: string): Counts {
  const ranges = numbers(text, RANGE).map(([from = 0, to = 0, total = 0]) => ({
    shown: to - from + 1,
    total,
  }))
  const showing = numbers(text, SHOWING).map(([shown = 0, total = 0]) => ({ shown, total }))
  return {
    ranges: [...ranges, ...showing],
    pages: numbers(text, PAGE).map(([, last = 0]) => last),
    totals: numbers(text, TOTAL).map(([total = 0]) => total),
  }
}

/**
 * Why the number of rows or pages contradicts the page; undefined if it does not. `shown` rows are on the first page. A
 * count is used only if it is the only one of its kind, because others may concern something else.
 */
export function contradiction(
  { ranges, pages, totals }: Counts,
  read: { shown: number; rows: number; pages: number },
): string | undefined {
  const range = ranges.find(({ shown }) => shown === read.shown)
  if (range && range.total !== read.rows)
    return `there are ${range.total} rows, but ${read.rows} could be read`
  const [last] = pages
  if (last !== undefined && pages.length === 1 && last > read.pages) {
    return `there are ${last} pages, but ${read.pages} could be read`
  }
  const [total] = totals
  if (!range && total !== undefined && totals.length === 1 && total > read.rows) {
    return `there are ${total} rows, but ${read.rows} could be read`
  }
  return undefined
}

function numbers(text: string, pattern: RegExp): number[][] {
  return [...text.matchAll(pattern)].map(([, ...found]) =>
    found.map((digits) => Number(digits.replace(/\D/g, ''))),
  )
}
