/** What names a table, a list or a value: its caption or label, then the headings above it, nearest first. */
import { clean, isShown, referred } from './dom.ts'

const SCOPES =
  'section, article, aside, nav, main, fieldset, dialog, [role=region], [role=dialog], body'
const HEADINGS = 'h1, h2, h3, h4, h5, h6, [role=heading]'

export function namesOf(element: Element): string[] {
  const labels = referred(element, 'aria-labelledby')
  const names: (string | null | undefined)[] = labels.map(({ textContent }) => textContent)
  names.push(element.ariaLabel, element.querySelector('caption')?.textContent)
  names.push(element.closest('figure')?.querySelector('figcaption')?.textContent)
  for (let at = element.parentElement; at; at = at.parentElement) names.push(at.ariaLabel)
  const found = [...names, ...headingsOf(element)].map(clean).filter(Boolean)
  return found.length > 0 ? [...new Set(found)] : [clean(document.title)]
}

/** The nearest heading before the element, then the nearest of a higher level, and so on up. */
function headingsOf(element: Element): string[] {
  const root = element.getRootNode() as Document | ShadowRoot
  const chain: string[] = []
  let level = 7
  for (const heading of [...root.querySelectorAll(HEADINGS)].toReversed()) {
    const scope = (heading.closest('header, hgroup') ?? heading).parentElement?.closest(SCOPES)
    const own = Number(heading.ariaLevel ?? heading.tagName.slice(1)) || 2
    const precedes = heading.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING
    if (own >= level || !precedes || !isShown(heading) || (scope && !scope.contains(element)))
      continue
    chain.push(clean(heading.textContent))
    level = own
  }
  return chain
}
