/** Limits concurrency: a thousand requests at once would open a thousand connections. */

/** How many requests a command sends at the same time. */
export const AT_ONCE = 10

/** Runs at most this many pieces of work at a time; the others wait in line. */
export function gateFor(atOnce: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const line: (() => void)[] = []
  let free = atOnce
  return async (work) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => line.push(resolve))
    try {
      return await work()
    } finally {
      const next = line.shift()
      if (next) next()
      else free++
    }
  }
}

/** Does the work for each item, at most `atOnce` at a time. Results are in the order of the items; rejects on the first failure. */
export function severalAtOnce<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const gate = gateFor(atOnce)
  return Promise.all(items.map((item) => gate(() => work(item))))
}
