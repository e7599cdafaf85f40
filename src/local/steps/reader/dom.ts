/// <reference lib="dom" />
/** What a person sees of an element: visibility, text, names, content of shadow roots. */

/** Fields without data as their value. */
export const SECRET =
  '[type=password], [type=hidden], [type=checkbox], [type=radio], [type=submit], [type=button], [type=file]'

const SCOPES =
  'section, article, aside, nav, main, fieldset, dialog, [role=region], [role=dialog], body'
export const HEADINGS = 'h1, h2, h3, h4, h5, h6, [role=heading]'

export function clean(text: string | null | undefined): string {
  return (text ?? '').replace(/\s+/g, ' ').trim()
}

export function isShown(element: Element): boolean {
  return element.checkVisibility({ visibilityProperty: true })
}

/** All matching elements in document order; those in open shadow roots come at their host. */
export function findAll(selector: string, root: ParentNode = document): Element[] {
  const all = [...root.querySelectorAll('*')]
  if (!all.some((element) => element.shadowRoot)) return [...root.querySelectorAll(selector)]
  return all.flatMap((element) => [
    ...(element.matches(selector) ? [element] : []),
    ...(element.shadowRoot ? findAll(selector, element.shadowRoot) : []),
  ])
}

/** Elements with these ids, in the same document or shadow root. */
export function referred(element: Element, attribute: string): HTMLElement[] {
  const root = element.getRootNode() as Document | ShadowRoot
  const ids = (element.getAttribute(attribute) ?? '').split(/\s+/).filter(Boolean)
  return ids.flatMap((id) => root.getElementById?.(id) ?? [])
}

export function textOf(element: Element): string {
  // innerText is the visible text, but slow. Without child elements, textContent is equal.
  const plain = element.firstElementChild === null
  let own = clean(plain ? element.textContent : (element as HTMLElement).innerText)
  // A list shows the chosen option, but its text has all of them. In a header it is a filter, not a name.
  for (const list of plain ? [] : element.querySelectorAll('select')) {
    const chosen = element.matches('th') ? '' : (list.selectedOptions[0]?.text ?? '')
    own = clean(own.replace(clean(list.innerText), () => clean(chosen)))
  }
  // The original letters, without `text-transform`: NUMBER may be written Number.
  const written = clean(element.textContent)
  if (written.toLowerCase() === own.toLowerCase()) own = written
  if (own !== '' || plain) return own || clean(element.ariaLabel)
  const field = element.querySelector<HTMLInputElement>(
    `:is(input, textarea, output):not(${SECRET})`,
  )
  return clean(field?.value) || clean(element.querySelector('img')?.alt) || clean(element.ariaLabel)
}

/** The names of a field: labels, accessible name, placeholder. */
export function labelsOf(field: Element): string[] {
  const { labels, placeholder, title } = field as HTMLInputElement
  // The text of a label around a list contains the options.
  const options = field.matches('select') ? (field as HTMLElement).innerText : ''
  const said = [
    ...[...(labels ?? []), ...referred(field, 'aria-labelledby')].map(({ innerText }) =>
      innerText.replace(options, ''),
    ),
    field.ariaLabel,
    placeholder,
    title,
  ]
  return said.map(clean).filter(Boolean)
}

/** What names an element, nearest first: its caption or label, then the headings above it. */
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
