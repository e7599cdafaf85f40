/** Checks the number of rows against the counts that the page shows. Pure. */

const NUMBER = String.raw`(\d[\d.,]*\d|\d)`
/** "1–10 of 23", "Showing 10 of 23". */
const RANGE = new RegExp(
  `(?:${NUMBER}\\s*(?:–|—|-|to)\\s*|showing )${NUMBER}\\s+(?:of|out of|/)\\s+(?:about )?${NUMBER}`,
  'gi',
)
const PAGE = new RegExp(`page ${NUMBER} (?:of|/) ${NUMBER}`, 'gi')
const TOTAL = new RegExp(`${NUMBER} (?:total )?(?:results|entries|records|rows)\\b`, 'gi')

/**
 * Why the number of rows or pages contradicts the page; undefined if it does not. `shown` rows are on the first page. A
 * count is used only if it is the only one of its kind, because others may concern something else.
 */
export function contradiction(
  text: string,
  read: { shown: number; rows: number; pages: number },
): string | undefined {
  const range = numbers(text, RANGE).find(([from = 1, to = 0]) => to - from + 1 === read.shown)
  const [total = 0, otherTotal] = numbers(text, TOTAL).map(([count = 0]) => count)
  const [pages = 0, otherPages] = numbers(text, PAGE).map(([, last = 0]) => last)
  if (otherPages === undefined && pages > read.pages)
    return `there are ${pages} pages, but ${read.pages} could be read`
  const rows = range?.[2] ?? total
  const isOff = range ? rows !== read.rows : otherTotal === undefined && rows > read.rows
  return isOff ? `there are ${rows} rows, but ${read.rows} could be read` : undefined
}

function numbers(text: string, pattern: RegExp): (number | undefined)[][] {
  return [...text.matchAll(pattern)].map(([, ...found]: (string | undefined)[]) =>
    found.map((digits) => (digits === undefined ? undefined : Number(digits.replace(/\D/g, '')))),
  )
}
