/**
 * The code that runs inside pages, a bundle of its own (dist/reader.js): it reports what is there and decides nothing.
 */
import { clean, findAll, labelsOf, referred } from './dom.ts'

export { complaintOf, destinationsOf, faultOf, formPart, loginForm, setSecret } from './forms.ts'
export { elementAt, read, scroll } from './read.ts'

/** Leaves the current field, as a person does before reading on, because some pages wait for `change`. */
export function leaveField(): boolean {
  let active = document.activeElement
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
  const isTyped = active?.matches('input, textarea') ?? false
  if (isTyped) (active as HTMLElement).blur()
  return isTyped
}

/** The native name of a field that is hidden from assistive technology, such as a list behind a widget. */
export function labelOf(field: Element): string {
  return labelsOf(field)[0] ?? ''
}

/** The lines of text that the page shows, each once. */
export function lines(): string[] {
  const hosts = findAll('*').flatMap(({ shadowRoot }) => [...(shadowRoot?.children ?? [])])
  const texts = [document.body, ...hosts].map((part) => (part as HTMLElement | null)?.innerText)
  return [...new Set(texts.flatMap((text) => (text ?? '').split('\n').map(clean)))].filter(Boolean)
}

export interface NativeOption {
  name: string
  index: number
  /** Whether it is already selected in a list that takes several. */
  stays: boolean
}

/** The options of a native list; none for one made of ARIA roles. */
export function optionsOf(list: Element): NativeOption[] {
  if (!(list instanceof HTMLSelectElement)) return []
  return [...list.options].map(({ label, index, selected }) => ({
    name: label,
    index,
    stays: list.multiple && selected,
  }))
}

/** Whether an option is in a list, or in an element that the list controls. */
export function belongs(option: Element, list: Element | null): boolean {
  const parts = list
    ? [list, ...referred(list, 'aria-controls'), ...referred(list, 'aria-owns')]
    : []
  return parts.some((part) => part.contains(option))
}

/** Makes these texts unreadable on the page and in screenshots, in any letter case and across elements. */
export function cover(secrets: string[]): void {
  const wanted = secrets.map((secret) => secret.toLowerCase())
  const shows = ({ textContent }: Node): boolean => {
    const text = textContent?.toLowerCase() ?? ''
    return wanted.some((secret) => text.includes(secret))
  }
  for (const element of findAll('*') as HTMLInputElement[]) {
    const isField = /^(?:INPUT|TEXTAREA)$/.test(element.tagName)
    const isShown = isField
      ? wanted.some((secret) => element.value.toLowerCase().includes(secret))
      : shows(element) && ![...element.children].some(shows)
    if (isShown) element.style?.setProperty('-webkit-text-security', 'disc', 'important')
  }
}
