/**
 * Normalises words: lower case, singular, one spelling of "number" and "e-mail". The same rules apply to the sentence and
 * the page, so that only their agreement matters.
 */

const SPELLINGS = new Map(
  [
    ['number', '# № no. nos. nr nr. num num.'],
    ['and', '&'],
    ['email', 'e-mail e-mails emails'],
    ['user name', 'username usernames'],
  ].flatMap(([word = '', others = '']) => others.split(' ').map((other) => [other, word])),
)

/** Stop words, which do not affect rows or columns. */
const STOP_WORDS = new Set(
  `a an the all every each of from in on for with at please value column table list page
   that which where whose is are shown listed`.split(/\s+/),
)

/** Unifies spaces, quotes and dashes, in which pages and prompts differ. */
export function tidy(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u200b\u00ad\ufeff]/g, '')
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[‐‑‒−]/g, '-')
    .replace(/\s+/g, ' ')
    .trim()
}

export function singular(word: string): string {
  if (word.length < 3 || /(ss|us|is)$/.test(word)) return word
  if (word.endsWith('ies')) return word.length > 4 ? `${word.slice(0, -3)}y` : word
  if (/(ss|x|ch|sh|tus)es$/.test(word)) return word.slice(0, -2)
  return word.replace(/s$/, '')
}

export function isPlural(word: string): boolean {
  return /^[a-z-]{3,}$/i.test(word) && singular(word.toLowerCase()) !== word.toLowerCase()
}

/** `'Invoice No.'` → `['invoice', 'number']`. Values such as `INV-0003` or `12.50` stay one word. */
export function wordsOf(text: string): string[] {
  return tidy(text)
    .toLowerCase()
    .split(/[\s/()[\]{}:;,!?"'|]+/)
    .map((word) => SPELLINGS.get(word) ?? bare(word))
    .flatMap((word) => (SPELLINGS.get(word) ?? word).split(' '))
    .filter((word) => word !== '')
    .map(singular)
}

/** Without the punctuation around it. The sign of a number stays: -100 is not 100. */
function bare(word: string): string {
  return word.replace(/^(?!-\P{L}*\d)[^\p{L}\p{N}#]+|[^\p{L}\p{N}#]+$/gu, '')
}

/** A column header's words. Pages write a bare "Invoice No"; in a sentence a bare "no" is a negation. */
export function headerWords(header: string): string[] {
  return wordsOf(tidy(header).replace(/\bno$/i, 'no.'))
}

export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word)
}
