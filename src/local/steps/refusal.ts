/**
 * The one way a step gives up: a reason for the person who wrote the sentence. It ends the run as `failed` with the
 * message as its `failure_reason`. Anything else that is thrown is a bug or a broken browser.
 */
export class Refusal extends Error {
  override name = 'Refusal'
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

/** `“Open”, “Paid” and 3 more`: names as a person reads them, at most `most` of them. */
export function quoteList(names: Iterable<string>, most = 12): string {
  const all = [...new Set(names)]
  const shown = all.slice(0, most).map((name) => `“${name}”`)
  return all.length > most ? `${shown.join(', ')} and ${all.length - most} more` : shown.join(', ')
}
