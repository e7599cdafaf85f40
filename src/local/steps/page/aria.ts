/** The accessibility tree of a page: roles, names and states, including open shadow roots. */
import type { Page } from 'playwright-core'

export interface AriaElement {
  role: string
  name: string
  /**
   * Resolves with `page.getByRef` until the next reading. Missing for elements that cannot be acted on, such as an option.
   */
  ref?: string
  disabled?: boolean
  url?: string
  /** Its text, including descendants. */
  text: string
  inFrame: boolean
}

/** As Playwright gives it. */
type Node = Partial<AriaElement> & { role: string; children?: (Node | string)[] }

/** Elements whose text is their typed value. It may be a password, so it never becomes text of the page. */
const TYPED_INTO = new Set(['textbox', 'searchbox', 'spinbutton', 'combobox'])

/** All elements in document order; the first represents the page. */
export async function readAria(page: Page, signal: AbortSignal): Promise<AriaElement[]> {
  const children = (await page.ariaSnapshotJSON({ mode: 'ai', signal })) as (Node | string)[]
  const elements: AriaElement[] = []
  collect({ role: 'root', children }, false, elements)
  return elements
}

function collect(node: Node | string, inFrame: boolean, into: AriaElement[]): string {
  if (typeof node === 'string') return node
  const { children = [], name = '', ...rest } = node
  const element = { ...rest, name, text: '', inFrame }
  into.push(element)
  const [first] = children
  // The summary of a `<details>` lacks a role here. It is the first named element of a group, and pressed like a button.
  if (node.role === 'group' && typeof first === 'object' && first.role === 'generic' && first.name)
    first.role = 'button'
  const isFrame = inFrame || node.role === 'iframe'
  const texts = children.map((child) => collect(child, isFrame, into))
  if (TYPED_INTO.has(node.role)) return ''
  element.text = [node.text ?? '', ...texts].filter(Boolean).join(' ') || name
  return element.text
}
