import { distance } from 'fastest-levenshtein'

/**
 * Ends a step with a reason for the author of the prompt. The run ends as `failed` with the message as its
 * `failure_reason`. Any other error is a bug or a broken browser.
 */
export class Refusal extends Error {
  override name = 'Refusal'
}

/**
 * A sentence that does not fit the forms or the page, though a model might understand it. Names what was not understood,
 * the nearest names on the page, and a suitable form.
 */
export class Misfit extends Refusal {
  /** @param form a sentence form, as in the documentation */
  constructor(
    readonly reason: string,
    readonly form: string,
  ) {
    super(
      `${reason}\nThe embedded backend takes set forms, such as: ${form} (skyvern help steps lists them). A real Skyvern takes any words.`,
    )
  }
}

/** The result, or the Refusal as a value: for readings that are repeated while the page may still be loading. */
export function attempted<T>(look: () => T): T | Refusal {
  try {
    return look()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

/** The most names in a refusal. */
const FEW = 5
const MOST = 12

/** The names most similar to the wanted one, in the order of the page: `“Open”, “Paid” and 3 more`. */
export function quoteNearest(names: Iterable<string>, wanted: string): string {
  const all = [...new Set(names)]
  const near = nearest(all, (name) => likeness(name, wanted), FEW)
  const more = all.length - near.length
  return quoteList(near) + (more > 0 ? ` and ${more} more` : '')
}

/** The best few by a score, in their original order; the first at equal score. */
export function nearest<T>(items: T[], scoreOf: (item: T) => number, most: number): T[] {
  const best = items.toSorted((a, b) => scoreOf(b) - scoreOf(a)).slice(0, most)
  return items.filter((item) => best.includes(item))
}

/** From 0 to 1: the share of letters that need not change to turn one text into the other. */
export function likeness(a: string, b: string): number {
  const most = Math.max(1, a.length, b.length)
  return 1 - distance(a.toLowerCase(), b.toLowerCase()) / most
}

/** `“Open”, “Paid” and 3 more`. */
export function quoteList(names: Iterable<string>): string {
  const all = [...new Set(names)].map((name) => `“${shorten(name)}”`)
  const more = all.length - MOST
  return all.slice(0, MOST).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** The most characters of a name or sentence in a refusal. */
const LONGEST = 60

/** Shortens a text of the page or the prompt for a refusal. */
export const shorten = (text: string): string =>
  text.length > LONGEST ? `${text.slice(0, LONGEST - 1).trimEnd()}…` : text
