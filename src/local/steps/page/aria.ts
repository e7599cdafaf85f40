/** The accessibility tree of a page: roles, names and states, including open shadow roots. */
import type { Page } from 'playwright-core'

export interface AriaElement {
  role: string
  name: string
  /**
   * Resolves with `page.getByRef` until the next reading. Missing for elements that cannot be acted on, such as an option.
   */
  ref?: string
  disabled: boolean
  checked: boolean
  url?: string
  /** Of a heading. */
  level?: number
  /** Its text, including descendants. */
  text: string
  inFrame: boolean
}

interface Node {
  role: string
  name?: string
  ref?: string
  disabled?: boolean
  checked?: boolean | 'mixed'
  url?: string
  level?: number
  text?: string
  children?: (Node | string)[]
}

/** Elements whose text is their typed value. It may be a password, so it never becomes text of the page. */
const TYPED_INTO = new Set(['textbox', 'searchbox', 'spinbutton', 'combobox'])

/** All elements in document order; the first represents the page. */
export async function readAria(page: Page, signal: AbortSignal): Promise<AriaElement[]> {
  const roots = (await page.ariaSnapshotJSON({ mode: 'ai', signal })) as (Node | string)[]
  const elements: AriaElement[] = []
  collect({ role: 'root', children: roots }, false, elements)
  return elements
}

function collect(node: Node | string, inFrame: boolean, into: AriaElement[]): string {
  if (typeof node === 'string') return node
  const element: AriaElement = {
    role: node.role,
    name: node.name ?? '',
    disabled: node.disabled === true,
    checked: node.checked === true,
    text: '',
    inFrame,
    ...(node.ref !== undefined && { ref: node.ref }),
    ...(node.url !== undefined && { url: node.url }),
    ...(node.level !== undefined && { level: node.level }),
  }
  into.push(element)
  const inside = inFrame || node.role === 'iframe'
  const parts = (node.children ?? []).map((child, at) => {
    const opens = at === 0 && node.role === 'group' && isSummary(child)
    return collect(opens ? { ...child, role: 'button' } : child, inside, into)
  })
  if (TYPED_INTO.has(node.role)) return ''
  element.text = [node.text ?? '', ...parts].filter(Boolean).join(' ') || element.name
  return element.text
}

/** The summary of a `<details>` lacks a role here. It is the first named element of a group, and pressed like a button. */
function isSummary(node: Node | string): node is Node {
  return typeof node !== 'string' && node.role === 'generic' && node.name !== undefined
}
