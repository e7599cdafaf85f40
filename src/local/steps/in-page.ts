/// <reference lib="dom" />
/**
 * Runs inside the page, so it carries its helpers within. It reports facts; what they mean is decided outside.
 */
import type { Collection, Control } from './page-data.ts'

// oxlint-disable unicorn/consistent-function-scoping -- only what stands inside the function reaches the page
export function readInPage(elements: Element[]): (Collection | Control)[] {
  const GRID = 'table, [role=table], [role=grid], [role=treegrid]'
  const SCOPE =
    'section, article, aside, nav, main, fieldset, dialog, [role=region], [role=dialog], body'
  const isShown = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true })
  const clean = (text: string | null | undefined): string =>
    (text ?? '').replace(/\s+/g, ' ').trim()

  function textOf(element: Element): string {
    const control = element.querySelector<HTMLInputElement>(
      'input:not([type=password]):not([type=checkbox]), select, textarea',
    )
    const own = clean((element as HTMLElement).innerText) || clean(control?.value)
    return own || clean(element.querySelector('img')?.alt) || clean(element.ariaLabel)
  }

  function namesOf(element: Element): string[] {
    const root = element.getRootNode() as Document | ShadowRoot
    const ids = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter(Boolean)
    const own = [
      ...ids.map((id) => clean(root.getElementById(id)?.textContent)),
      clean(element.ariaLabel),
      clean(element.querySelector('caption')?.textContent),
      clean(element.closest('figure')?.querySelector('figcaption')?.textContent),
    ]
    const regions: string[] = []
    for (let at = element.parentElement; at; at = at.parentElement)
      regions.push(clean(at.ariaLabel))
    const found = [...own, ...regions, ...headingsOf(element, root)].filter((name) => name !== '')
    return found.length > 0 ? [...new Set(found)] : [clean(document.title)]
  }

  /** The nearest heading before the element, then the nearest of a higher level, and so on up. */
  function headingsOf(element: Element, root: Document | ShadowRoot): string[] {
    const before = [...root.querySelectorAll('h1, h2, h3, h4, h5, h6, [role=heading]')].filter(
      (heading) => {
        const scope = (heading.closest('header, hgroup') ?? heading).parentElement?.closest(SCOPE)
        const precedes = heading.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING
        return precedes && isShown(heading) && (!scope || scope.contains(element))
      },
    )
    const chain: string[] = []
    let level = 7
    for (const heading of before.toReversed()) {
      const own = Number(heading.ariaLevel ?? heading.tagName.slice(1)) || 2
      if (own < level) chain.push(clean(heading.textContent))
      level = Math.min(level, own)
    }
    return chain
  }

  interface Cell {
    text: string
    header: boolean
    span: number
  }

  function rowsOf(table: Element): { element: Element; cells: Cell[] }[] {
    const native = table instanceof HTMLTableElement
    const rows = native
      ? [...table.rows]
      : [...table.querySelectorAll('[role=row]')].filter(
          (row) => row.parentElement?.closest(GRID) === table,
        )
    const falling: { cell: Cell; left: number }[] = []
    return rows.filter(isShown).map((row) => {
      const own = [
        ...(native
          ? row.children
          : row.querySelectorAll(
              '[role=cell], [role=gridcell], [role=columnheader], [role=rowheader]',
            )),
      ]
      const cells: Cell[] = []
      const place = (): void => {
        for (
          let from = falling[cells.length];
          from && from.left > 0;
          from = falling[cells.length]
        ) {
          from.left -= 1
          cells.push(from.cell)
        }
      }
      for (const element of own) {
        place()
        const span = Number(
          element.getAttribute('colspan') ?? element.getAttribute('aria-colspan') ?? 1,
        )
        const deep = Number(
          element.getAttribute('rowspan') ?? element.getAttribute('aria-rowspan') ?? 1,
        )
        const header = element.tagName === 'TH' || /columnheader|rowheader/.test(element.role ?? '')
        const cell = { text: textOf(element), header, span }
        for (let count = 0; count < span; count += 1) {
          falling[cells.length] = { cell, left: deep - 1 }
          cells.push(cell)
        }
      }
      place()
      return { element: row, cells }
    })
  }

  function readTable(table: Element): Collection | undefined {
    const rows = rowsOf(table)
    const inHead = rows.filter(({ element }) => element.closest('thead') !== null)
    const leading = rows.findIndex(({ cells }) => !cells.every(({ header }) => header))
    const heads = inHead.length > 0 ? inHead : rows.slice(0, leading < 0 ? rows.length : leading)
    const width = Math.max(0, ...heads.map(({ cells }) => cells.length))
    const columns = Array.from({ length: width }, (_, at) =>
      [...new Set(heads.map(({ cells }) => cells[at]?.text ?? ''))].join(' ').trim(),
    )
    if (columns.every((column) => column === '')) return undefined
    const body = rows.filter((row) => !heads.includes(row) && !row.element.closest('tfoot'))
    const data: string[][] = []
    const odd: string[] = []
    for (const [at, { cells }] of body.entries()) {
      const whole = cells.length > 0 && new Set(cells).size === 1 && width > 1
      const total = /^(?:grand |sub-?)?(?:total|sum)s?\b:?/i.test(
        cells.find(({ text }) => text !== '')?.text ?? '',
      )
      const thin =
        width < 3 || cells.some(({ text, span }) => text === '' || span > 1) || cells.length < width
      const isTotal = total && thin && at === body.length - 1
      if (whole || isTotal || cells.length === 0) continue
      if (cells.length === width) data.push(cells.map(({ text }) => text))
      else odd.push(cells.map(({ text }) => text).join(' | '))
    }
    const declared = table.getAttribute('aria-rowcount')
    return {
      is: 'table',
      names: namesOf(table),
      columns,
      rows: data,
      odd,
      declared: declared === null ? null : Number(declared),
      extra: rows.length - data.length,
      busy: table.closest('[aria-busy=true]') !== null,
    }
  }

  function readList(list: Element): Collection {
    const items = [...list.children].filter(
      (item) => isShown(item) && (item.tagName === 'LI' || item.role === 'listitem'),
    )
    const rows = items.map((item) => {
      const nested = item.querySelector<HTMLElement>('ul, ol, [role=list]')
      const text = textOf(item)
      return [nested ? clean(text.replace(clean(nested.innerText), '')) : text]
    })
    return {
      is: 'list',
      names: namesOf(list),
      columns: [],
      rows,
      odd: [],
      declared: null,
      extra: 0,
      busy: list.closest('[aria-busy=true]') !== null,
    }
  }

  function readControl(element: HTMLElement, at: number): Control | undefined {
    const name = clean(element.ariaLabel) || textOf(element) || clean(element.title)
    const rel = element.getAttribute('rel') ?? ''
    const inPager =
      element.closest('nav, [role=navigation], [class*=pag i], [aria-label*=pag i]') !== null
    const says =
      /\bnext\b/.test(rel) || /^(?:go to )?(?:the )?next(?: page)?\W*$|^(?:›|»|>|→|>>)$/i.test(name)
        ? 'next'
        : /\bprev\b/.test(rel) ||
            /^\W*(?:go to )?(?:the )?prev(?:ious)?(?: page)?$|^(?:‹|«|<|←|<<)$/i.test(name)
          ? 'previous'
          : /^(?:load|show|view) more\b/i.test(name) && name.length < 30
            ? 'more'
            : /^\d{1,4}$/.test(name) && inPager
              ? 'number'
              : undefined
    if (says === undefined) return undefined
    const off = ':disabled, [disabled], [aria-disabled=true], .disabled'
    const disabled =
      element.closest(off) !== null || getComputedStyle(element).pointerEvents === 'none'
    const current = element.ariaCurrent !== null && element.ariaCurrent !== 'false'
    const accessible = element.matches('a[href], button, [role=link], [role=button]')
    return { is: 'control', says, name, at, disabled: disabled || current, accessible }
  }

  return elements.flatMap((element, at) => {
    if (!isShown(element) || element.matches('[role=presentation], [role=none]')) return []
    const list = element.matches('ul, ol, [role=list]')
    const part = element.matches(GRID)
      ? readTable(element)
      : list
        ? readList(element)
        : readControl(element as HTMLElement, at)
    return part ? [part] : []
  })
}
