/// <reference lib="dom" />
/**
 * Runs inside the page, so it carries its helpers within. It reports what is there, shown to a person, in document
 * order; what it means is decided outside, in pure functions.
 */

import type { RawCell, RawPart, RawRow } from './raw.ts'

// oxlint-disable unicorn/consistent-function-scoping -- only what stands inside the function reaches the page
/** `names` are what names a part, nearest first: caption or label, then the headings above it. */
export function readInPage(elements: Element[]): RawPart[] {
  const GRIDS = 'table, [role=table], [role=grid], [role=treegrid]'
  const LISTS = 'ul, ol, [role=list]'
  const CELLS = '[role=cell], [role=gridcell], [role=columnheader], [role=rowheader]'
  const BUTTONS = 'button, [role=button], input[type=submit], input[type=button]'
  const CONTROLS = `a, [role=link], [onclick], ${BUTTONS}`
  const FIELDS = 'input:not([type=submit], [type=button]), select, textarea, output, meter'
  const SECRET =
    '[type=password], [type=hidden], [type=checkbox], [type=radio], [type=submit], [type=button]'
  const SCOPES =
    'section, article, aside, nav, main, fieldset, dialog, [role=region], [role=dialog], body'
  const IN_ROWS = 'tbody td, tbody th, [role=cell], [role=gridcell]'
  const LONGEST_CONTROL = 40
  const UNSAID = '[role=presentation], [role=none]'
  const PAGERS = 'nav, [role=navigation], [class*=pag i], [aria-label*=pag i]'
  const SURE_PAGERS = '[class*=paginat i], [class*=pager i], [aria-label*=paginat i]'
  const DISABLED =
    ':disabled, [disabled], [aria-disabled=true], .disabled, [aria-current]:not([aria-current=false])'

  const clean = (text: string | null | undefined): string =>
    (text ?? '').replace(/\s+/g, ' ').trim()
  const isShown = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true })
  const isBusy = (element: Element): boolean => element.closest('[aria-busy=true]') !== null

  function textOf(element: Element): string {
    // innerText is what a person sees, and slow; without elements inside there is no difference.
    const plain = element.firstElementChild === null
    let own = clean(plain ? element.textContent : (element as HTMLElement).innerText)
    // A list shows the option that is chosen; the text has them all. In a header it is a filter, not a name.
    for (const list of plain ? [] : element.querySelectorAll('select')) {
      const chosen = element.matches('th') ? '' : (list.selectedOptions[0]?.text ?? '')
      own = clean(own.replace(clean(list.innerText), () => clean(chosen)))
    }
    if (own !== '' || plain) return own || clean(element.ariaLabel)
    const field = element.querySelector<HTMLInputElement>(
      `:is(input, textarea, output):not(${SECRET})`,
    )
    return (
      clean(field?.value) || clean(element.querySelector('img')?.alt) || clean(element.ariaLabel)
    )
  }

  function namesOf(element: Element): string[] {
    const root = element.getRootNode() as Document | ShadowRoot
    const ids = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter(Boolean)
    const names: (string | null | undefined)[] = ids.map(
      (id) => root.getElementById(id)?.textContent,
    )
    names.push(element.ariaLabel, element.querySelector('caption')?.textContent)
    names.push(element.closest('figure')?.querySelector('figcaption')?.textContent)
    for (let at = element.parentElement; at; at = at.parentElement) names.push(at.ariaLabel)
    const found = [...names, ...headingsOf(element, root)].map(clean).filter(Boolean)
    return found.length > 0 ? [...new Set(found)] : [clean(document.title)]
  }

  /** The nearest heading before the element, then the nearest of a higher level, and so on up. */
  function headingsOf(element: Element, root: Document | ShadowRoot): string[] {
    const chain: string[] = []
    let level = 7
    for (const heading of [
      ...root.querySelectorAll('h1, h2, h3, h4, h5, h6, [role=heading]'),
    ].toReversed()) {
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

  function readRow(row: Element): RawRow {
    const cells = row instanceof HTMLTableRowElement ? row.cells : row.querySelectorAll(CELLS)
    return {
      part: row.closest('thead') ? 'head' : row.closest('tfoot') ? 'foot' : 'body',
      cells: [...cells].filter(isShown).map((cell) => {
        const raw: RawCell = { text: textOf(cell) }
        const wide = Number(cell.getAttribute('colspan') ?? cell.getAttribute('aria-colspan') ?? 1)
        const deep = Number(cell.getAttribute('rowspan') ?? cell.getAttribute('aria-rowspan') ?? 1)
        if (cell.tagName === 'TH' || /^(?:column|row)header$/.test(cell.role ?? ''))
          raw.header = true
        if (wide > 1) raw.wide = wide
        if (deep > 1) raw.deep = deep
        return raw
      }),
    }
  }

  function readTable(table: Element, at: number): RawPart {
    const rows =
      table instanceof HTMLTableElement ? table.rows : table.querySelectorAll('[role=row]')
    const own = [...rows].filter(
      (row) =>
        row.parentElement?.closest(GRIDS) === table && isShown(row) && row.ariaHidden !== 'true',
    )
    const declared = table.getAttribute('aria-rowcount')
    return {
      is: 'table',
      at,
      names: namesOf(table),
      rows: own.map(readRow),
      declared: declared === null ? null : Number(declared),
      busy: isBusy(table),
    }
  }

  function readList(list: Element, at: number): RawPart {
    const items = [...list.querySelectorAll('li, [role=listitem]')].filter(
      (item) => item.parentElement?.closest(LISTS) === list && isShown(item),
    )
    const texts = items.map((item) => {
      const nested = clean(item.querySelector<HTMLElement>(LISTS)?.innerText)
      return clean(textOf(item).replace(nested, ''))
    })
    return { is: 'list', at, names: namesOf(list), items: texts, busy: isBusy(list) }
  }

  /** Navigation, tabs, pagers, and lists within lists are no data. */
  function isMenu(list: Element): boolean {
    const items = [...list.children]
    const controls = items.filter((item) => item.querySelector('button, [role=tab]')).length
    const inList = list.parentElement?.closest(LISTS)
    return (
      list.closest(PAGERS) !== null ||
      Boolean(inList) ||
      (controls > 0 && controls === items.length)
    )
  }

  const isPosted = (button: Element): boolean =>
    (button as HTMLButtonElement).form?.method === 'post'

  /** Controls within the rows of a table are about a row, not about the table. */
  function readControl(control: HTMLElement, at: number): RawPart[] {
    const value = control instanceof HTMLInputElement ? control.value : ''
    const name = clean(control.ariaLabel) || textOf(control) || clean(value) || clean(control.title)
    if (name.length > LONGEST_CONTROL || control.closest(IN_ROWS)) return []
    const part: RawPart = {
      is: 'control',
      at,
      name,
      rel: control.getAttribute('rel') ?? '',
      inPager: control.closest(PAGERS) !== null,
      surely: control.closest(SURE_PAGERS) !== null,
      disabled:
        control.closest(DISABLED) !== null || getComputedStyle(control).pointerEvents === 'none',
      accessible: control.matches(`a[href], [role=link], ${BUTTONS}`),
      sends: control.matches('[type=submit], button:not([type])') && isPosted(control),
    }
    return [part]
  }

  function readDefinitions(list: Element): RawPart[] {
    const names = namesOf(list)
    let label = ''
    return [...list.querySelectorAll('dt, dd')].filter(isShown).flatMap((element) => {
      if (element.tagName === 'DD')
        return [{ is: 'pair' as const, names, label, value: textOf(element) }]
      label = textOf(element)
      return []
    })
  }

  function readField(field: HTMLInputElement): RawPart[] {
    if (field.matches(SECRET)) return []
    const labels = [...(field.labels ?? [])].map((label) => clean(label.innerText))
    const label = [...labels, clean(field.ariaLabel), clean(field.placeholder)].find(Boolean) ?? ''
    const chosen = field.querySelector<HTMLOptionElement>('option:checked')
    return [
      {
        is: 'pair',
        names: namesOf(field),
        label,
        value: chosen ? clean(chosen.text) : textOf(field) || clean(field.value),
      },
    ]
  }

  /** One line of text, with the text beside it: "Total: 42", or a "Total:" before its value. */
  function readLine(element: HTMLElement): RawPart[] {
    const text = element.innerText.trim()
    const alone = element.parentElement?.children.length === 2
    const labels = /:/.test(text) || (alone && /^H[1-6]$/.test(element.tagName))
    if (!labels || text.length > 300 || text.includes('\n')) return []
    const next = element.nextElementSibling
    return [
      {
        is: 'line',
        names: namesOf(element),
        text: clean(text),
        next: next && isShown(next) ? textOf(next) : '',
      },
    ]
  }

  return elements.flatMap((element, at): RawPart[] => {
    if (!isShown(element) || element.matches(UNSAID) || element.closest('[aria-hidden=true]'))
      return []
    if (element.matches(GRIDS)) return [readTable(element, at)]
    if (element.matches(LISTS)) return isMenu(element) ? [] : [readList(element, at)]
    if (element.matches('dl')) return readDefinitions(element)
    if (element.matches(FIELDS)) return readField(element as HTMLInputElement)
    if (element.matches(CONTROLS)) return readControl(element as HTMLElement, at)
    return readLine(element as HTMLElement)
  })
}
