/**
 * The one way a step gives up: a reason for the person who wrote the sentence. It ends the run as `failed` with the
 * message as its `failure_reason`. Anything else that is thrown is a bug or a broken browser.
 */
export class Refusal extends Error {
  override name = 'Refusal'
}

/**
 * A sentence that fits neither the forms nor the page, where a model might understand it: what was not understood and the
 * nearest that the page offers, then one form that fits.
 */
export class Misfit extends Refusal {
  /** @param form a form of sentence, as the documentation has it */
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

/** How many names a refusal offers. */
const FEW = 5

/** The names that are most like the one that was wanted, in the order of the page: `“Open”, “Paid” and 3 more`. */
export function quoteNearest(names: Iterable<string>, wanted: string): string {
  const all = [...new Set(names)]
  const near = nearest(all, (name) => likeness(name, wanted), FEW)
  const more = all.length - near.length
  return quoteList(near) + (more > 0 ? ` and ${more} more` : '')
}

/** The best few by a score, in their own order; of equal ones the first. */
export function nearest<T>(items: T[], scoreOf: (item: T) => number, most: number): T[] {
  const best = items.toSorted((a, b) => scoreOf(b) - scoreOf(a)).slice(0, most)
  return items.filter((item) => best.includes(item))
}

/** From 0 to 1: the share of pairs of letters that two texts have in common (Dice). */
export function likeness(a: string, b: string): number {
  const [own, other] = [pairsOf(a), pairsOf(b)]
  const shared = [...own].filter((pair) => other.has(pair)).length
  return (2 * shared) / Math.max(1, own.size + other.size)
}

function pairsOf(text: string): Set<string> {
  const letters = text.toLowerCase().replace(/\s+/g, ' ')
  return new Set(
    Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) => letters.slice(at, at + 2)),
  )
}

/** `“Open”, “Paid” and 3 more`: names as a person reads them, at most `most` of them. */
export function quoteList(names: Iterable<string>, most = 12): string {
  const all = [...new Set(names)]
  const shown = all.slice(0, most).map((name) => `“${shorten(name)}”`)
  return all.length > most ? `${shown.join(', ')} and ${all.length - most} more` : shown.join(', ')
}

/** Characters of a name or sentence that a refusal repeats. */
const LONGEST = 60

/** A text of the page or the prompt, short enough for a refusal. */
export const shorten = (text: string): string =>
  text.length > LONGEST ? `${text.slice(0, LONGEST - 1).trimEnd()}…` : text
