/** Lists in pages, without a total or a link to the next page: a short page is the last one. */

/** The most rows that the API returns in a page. */
export const PAGE_SIZE = 100

interface Pages<Row> {
  /** Stops once this many rows are read; the last page may add more. */
  enough?: number
  /** Rows of a page. */
  size?: number
  /** Stops after a page with such a row. */
  until?: (row: Row) => boolean
}

/** Reads pages until one is short, or enough rows are read. */
export async function allPages<Row>(
  read: (page: { page: number; page_size: number }) => Promise<Row[]>,
  { enough = Infinity, size = Math.min(enough, PAGE_SIZE), until }: Pages<Row> = {},
): Promise<Row[]> {
  const rows: Row[] = []
  for (let page = 1; ; page++) {
    const found = await read({ page, page_size: size })
    rows.push(...found)
    const done = rows.length >= enough || (until !== undefined && found.some(until))
    if (done || found.length < size) return rows
  }
}
