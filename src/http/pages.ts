/** Lists that come page by page, without a total or a next page: a short page is the last one. */

/** The longest page that the API gives. */
export const PAGE_SIZE = 100

interface Pages<Row> {
  /** Reads no further page once there are as many rows; the last page may bring more. */
  enough?: number
  /** Rows of a page. */
  size?: number
  /** Reads no further page after a row like this. */
  until?: (row: Row) => boolean
}

/** Reads pages until one is short, or there is enough. */
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
