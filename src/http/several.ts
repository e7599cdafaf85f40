/** Many pieces of work, a few at a time: a thousand questions at once are a thousand connections. */

/** As many as a command asks or closes at the same time. */
export const AT_ONCE = 10

/** Does the work for each item, so many at a time. Results in the order of the items; the first failure rejects. */
export async function severalAtOnce<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index] as Item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
  return results
}
