import { describe, expect, test } from 'vitest'
import { head, row, useBrowser } from '../support/browser.ts'

const stand = useBrowser()
const on = stand.outputOn

describe('tables of many shapes', () => {
  test('row headers are a column, a total row is not', async () => {
    const page = `<table><caption>Sales</caption><tr><th>Region</th><th>Units</th></tr>
      <tr><th>North</th><td>1</td></tr><tr><th>South</th><td>2</td></tr><tr><th>Total</th><td>3</td></tr></table>`
    expect(await on(page, 'extract all regions')).toEqual(['North', 'South'])
    expect(await on(page, 'extract all units')).toEqual(['1', '2'])
    expect(await on(page, 'extract the total units')).toBe('3')
  })

  test('subtotals and blank rows are no data', async () => {
    const page = `<h1>Expenses</h1><table>${head('Date', 'Category', 'Amount')}<tr><th colspan="3">March</th></tr>${row('1', 'Food', '10')}
      <tr><td colspan="2">Subtotal</td><td>10</td></tr>${row('', '', '')}${row('2', 'Rent', '20')}<tr><td></td><td>Total</td><td>30</td></tr></table>`
    expect(await on(page, 'extract all amounts')).toEqual(['10', '20'])
    expect(await on(page, 'extract all amounts in March')).toMatch(/does not explain “March”/)
  })

  test('a customer called Total is no total', async () => {
    const page = `<h1>Customers</h1><table>${head('Name', 'City', 'Plan')}${row('Shell', 'London', 'A')}${row('Total', 'Paris', 'B')}</table>`
    expect(await on(page, 'extract all names')).toEqual(['Shell', 'Total'])
    const gap = page.replace('Total</td>', 'Total Energies</td>').replace('<td>B<', '<td><')
    expect(await on(gap, 'extract all names')).toEqual(['Shell', 'Total Energies'])
    const either = `<h1>Orders</h1><table>${head('Name', 'Note', 'Sum')}${row('Shell', 'x', '5')}${row('Total Energies', '', '5 EUR')}</table>`
    expect(await on(either, 'extract all names')).toMatch(
      /does not fit the columns: “Total Energies/,
    )
  })

  test('a sign is a part of a number', async () => {
    const page = `<h1>Bookings</h1><table>${head('Number', 'Amount')}${row('A', '100')}${row('B', '-100')}${row('C', '−100')}${row('D', '$100')}</table>`
    expect(await on(page, 'extract all booking numbers with amount 100')).toEqual(['A', 'D'])
    expect(await on(page, 'extract all booking numbers with amount -100')).toEqual(['B', 'C'])
  })

  test('ARIA tables, spans, hidden rows, separators', async () => {
    const aria = `<div role="table" aria-label="Users"><div role="row"><span role="columnheader">Name</span><span role="columnheader">Role</span></div>
      <div role="row"><span role="cell">Ada</span><span role="cell">Admin</span></div><div role="row"><span role="cell">Bob</span><span role="cell">Guest</span></div></div>`
    expect(await on(aria, 'extract all user names')).toEqual(['Ada', 'Bob'])
    expect(await on(aria, 'extract all names of guests')).toEqual(['Bob'])
    const spans = `<h1>Plans</h1><table><thead><tr><th rowspan="2">Name<th colspan="2">Price<tr><th>Monthly<th>Yearly</thead>
      <tr><td colspan="3">Personal</td></tr><tr><td rowspan="2">Basic<td>1<td>10<tr><td>2<td>20<tr hidden><td>Secret<td>0<td>0</table>`
    expect(await on(spans, 'extract all names')).toEqual(['Basic', 'Basic'])
    expect(await on(spans, 'extract all yearly prices')).toEqual(['10', '20'])
  })

  test('a table drawn as two, its head apart, and a clone that is hidden from assistive technology', async () => {
    const split = `<h1>Users</h1><div aria-hidden="true"><table>${head('Name', 'Role')}${row('ghost', 'x')}</table></div>
      <div><table>${head('Name', 'Role')}</table></div><div><table>${row('Ada', 'Admin')}${row('Bob', 'Guest')}</table></div>`
    expect(await on(split, 'extract all user names')).toEqual(['Ada', 'Bob'])
    expect(await on(split, 'extract all guest names')).toEqual(['Bob'])
  })

  test('cells are read as they look', async () => {
    const page = `<h1>Files</h1><table>${head('Name', 'Owner')}${row('<b>re</b>port<a href="/x">.pdf</a>', '<img alt="Ada">')}${row('<input value="draft.txt">', '')}</table>`
    expect(await on(page, 'extract all file names')).toEqual(['report.pdf', 'draft.txt'])
    expect(await on(page, 'extract all owners')).toEqual(['Ada', ''])
  })

  test('lists in cells show their choice, hidden columns are none, a filter in a header is no name', async () => {
    const choice = '<select><option>Open</option><option selected>Paid</option></select>'
    const page = `<h1>Invoices</h1><table><thead><tr><th>Number</th><th hidden>Secret</th><th>Status <select><option>Number</option></select></th></tr></thead>
      <tr><td>1</td><td hidden>s</td><td>${choice}</td></tr></table>`
    expect(await on(page, 'extract all invoice numbers')).toEqual(['1'])
    expect(await on(page, 'extract all invoice statuses')).toEqual(['Paid'])
    const dollars = page.replaceAll('Paid', '$$$$').replaceAll('Status', 'Price')
    expect(await on(dollars, 'extract all invoice prices')).toEqual(['$$'])
    expect(await on(page, 'extract all secrets')).toMatch(/does not explain “secrets”/)
  })

  test('rows that a search narrows down after a pause', async () => {
    const page = `<h1>Fish</h1><input type="search" aria-label="Search"><table>${head('Name')}<tbody>${row('cod')}${row('eel')}</tbody></table><script>
      let timer; document.querySelector('input').oninput = ({ target }) => { clearTimeout(timer); timer = setTimeout(() => {
        for (const { style, innerText } of document.querySelector('tbody').rows) style.display = innerText.includes(target.value) ? '' : 'none' }, 350) }</script>`
    expect(await on(page, 'Type eel into Search and extract all fish names')).toEqual(['eel'])
  })

  test('lists, inside open shadow roots too', async () => {
    const page = `<h1>Soup</h1><ul><li>Home</li></ul><h2>Ingredients</h2><ul><li>2 leeks</li><li>1 potato<ul><li>peeled</li></ul></li></ul><div id="host"></div>
      <script>document.querySelector('#host').attachShadow({ mode: 'open' }).innerHTML = '<h2>Steps</h2><ol><li>Chop</li><li>Boil</li></ol>'</script>`
    expect(await on(page, 'extract all ingredients')).toEqual(['2 leeks', '1 potato'])
    expect(await on(page, 'list all steps')).toEqual(['Chop', 'Boil'])
    expect(await on(page, 'extract all vegan ingredients')).toMatch(/does not explain “vegan”/)
    const grouped = `<h2>Rooms</h2><div role="list"><p role="listitem">Hall</p><div><p role="listitem">Attic</p></div></div>`
    expect(await on(grouped, 'extract all rooms')).toEqual(['Hall', 'Attic'])
  })

  test('an empty table is an empty array, a page of divs a refusal', async () => {
    const empty = `<h1>Invoices</h1><table>${head('Number', 'Status')}<tr><td colspan="2">No invoices yet</td></tr></table>`
    expect(await on(empty, 'extract all invoice numbers')).toEqual([])
    const divs = '<h1>Invoices</h1><div><div>Number</div><div>A-1</div><div>A-2</div></div>'
    expect(await on(divs, 'extract all invoice numbers')).toMatch(
      /no table with column headers and no list/,
    )
  })

  test('a virtual list that shows fewer rows than it has is refused', async () => {
    const page = `<h1>Logs</h1><table aria-rowcount="5001">${head('Message')}${row('a')}${row('b')}</table>`
    expect(await on(page, 'extract all messages')).toMatch(
      /5000 rows by its own account, but shows 2/,
    )
  })

  test('a grid that draws a part of its columns gives those by name, and no whole rows', async () => {
    const page = `<h1>Pets</h1><table aria-colcount="30">${head('Name', 'Age')}${row('Rex', '3')}</table>`
    expect(await on(page, 'extract all names and ages')).toEqual([{ Name: 'Rex', Age: '3' }])
    expect(await on(page, 'extract all rows')).toMatch(/draws 2 of its 30 columns/)
    expect(await on(page.replace('30', '2'), 'extract all rows')).toHaveLength(1)
  })
})

const pageNumbers = (current: number): string =>
  `<nav aria-label="Pagination">${[1, 2, 3].map((n) => (n === current ? `<a href="/${n}" aria-current="page">${n}</a>` : `<a href="/${n}">${n}</a>`)).join(' ')}</nav>`
const nextLink = (to: string): string => `<nav><a href="${to}">Next ›</a></nav>`
const backLink = (to: string): string => `<nav><a href="${to}">‹ Previous</a></nav>`

const table = (from: number, to: number): string =>
  `<h1>Orders</h1><table>${head('Order no', 'State')}${Array.from({ length: to - from + 1 }, (_, at) => row(`O-${from + at}`, (from + at) % 2 ? 'New' : 'Sent')).join('')}</table>`
const orders = (count: number): string[] => Array.from({ length: count }, (_, at) => `O-${at + 1}`)

/** Pages by script: a button, rows that come late, "Next" disabled at the end. */
const scripted = (
  extra = '',
): string => `<h1>Orders</h1><p id="count"></p><table>${head('Order no', 'State')}<tbody></tbody></table>
  <button aria-label="Previous page">‹</button><button aria-label="Next page">›</button><script>
  let page = 0; const all = ${JSON.stringify(orders(7))}; const [back, next] = document.querySelectorAll('button')
  const show = () => { document.querySelector('tbody').innerHTML = all.slice(page * 3, page * 3 + 3).map((id) => '<tr><td>' + id + '<td>New').join('')
    document.querySelector('#count').textContent = 'Showing ' + (page * 3 + 1) + ' to ' + Math.min(7, page * 3 + 3) + ' of 7 entries'
    back.disabled = page === 0; next.disabled = page === 2 }
  const turn = (by) => { page += by; document.querySelector('tbody').innerHTML = ''; setTimeout(show, 150) }
  next.onclick = () => turn(1); back.onclick = () => turn(-1); show(); ${extra}</script>`

describe('paged tables', () => {
  test('by links, to the end and, asked again on the last page, from the start', async () => {
    const url = await stand.open({
      '/': table(1, 3) + nextLink('/2'),
      '/2': table(4, 6) + backLink('/') + nextLink('/3'),
      '/3': `${table(7, 7) + backLink('/2')}<span class="disabled"><a>Next ›</a></span>`,
    })
    const first = await stand.tell('extract all order numbers', { url })
    expect(first.result).toMatchObject({ status: 'completed', output: orders(7) })
    const again = await stand.tell('extract all sent order numbers')
    expect(again.result).toMatchObject({ status: 'completed', output: ['O-2', 'O-4', 'O-6'] })
  })

  test('by a script', async () => {
    expect(await on(scripted(), 'extract all order numbers')).toEqual(orders(7))
    expect(await on(scripted('turn(2)'), 'wait 1 second and extract all order numbers')).toEqual(
      orders(7),
    )
  })

  test('by page numbers, and by Load more', async () => {
    const site = {
      '/': table(1, 3) + pageNumbers(1),
      '/1': table(1, 3) + pageNumbers(1),
      '/2': table(4, 6) + pageNumbers(2),
      '/3': table(7, 7) + pageNumbers(3),
    }
    expect(await on(site, 'extract all order numbers')).toEqual(orders(7))
    expect(await on({ ...site, '/': site['/3'] }, 'extract all order numbers')).toEqual(orders(7))
    const more = `${table(1, 3)}<button onclick="
      const body = document.querySelector('table'); const n = body.rows.length
      for (let i = n; i < Math.min(n + 3, 8); i++) body.insertAdjacentHTML('beforeend', '<tr><td>O-' + i + '<td>New')
      if (body.rows.length === 8) this.remove()">Load more</button>`
    expect(await on(more, 'extract all order numbers')).toEqual(orders(7))
  })

  test('by scrolling on', async () => {
    const page = `<h1>Orders</h1><table>${head('Order no')}<tbody></tbody></table><script>
      const add = () => { const body = document.querySelector('tbody'); const n = body.rows.length
        for (let i = n + 1; i <= Math.min(n + 40, 90); i++) body.insertAdjacentHTML('beforeend', '<tr><td>O-' + i) }
      add(); addEventListener('scroll', () => { if (innerHeight + scrollY > document.body.scrollHeight - 50) add() })</script>`
    expect(await on(page, 'extract all order numbers')).toEqual(orders(90))
    const virtual = `${page}<script>addEventListener('scroll', () => document.querySelector('tbody').rows[0].remove())</script>`
    expect(await on(virtual, 'extract all order numbers')).toMatch(
      /shows other rows when it is scrolled/,
    )
  })

  test('are refused when they go round in a circle, do not turn, or do not add up', async () => {
    const circle = {
      '/': `${table(1, 2)}<a href="/2">Next</a>`,
      '/2': `${table(3, 4)}<a href="/">Next</a>`,
    }
    expect(await on(circle, 'extract all order numbers')).toMatch(/“Next” led back to a page/)
    expect(await on(`${table(1, 2)}<button>Next</button>`, 'extract all order numbers')).toMatch(
      /did not show other rows/,
    )
    expect(await on(`${table(1, 2)}<p>1–2 of 9</p>`, 'extract all order numbers')).toMatch(
      /there are 9 rows, but 2 could be read/,
    )
    expect(
      await on(`${table(1, 2)}<div onclick="alert(1)">Next</div>`, 'extract all order numbers'),
    ).toMatch(/“Next” is not a link or button/)
  })

  test.each([
    ['Showing 2 of 9', /there are 9 rows, but 2/],
    ['Page 1 of 4', /there are 4 pages, but 1/],
    ['57 entries', /there are 57 rows, but 2/],
    ['1 to 2 of 2 entries (filtered from 57 total entries)', /^O-1,O-2$/],
    ['Page 1 of 1 · 2 results', /^O-1,O-2$/],
    ['5 stars, 1–3 of 5 days', /^O-1,O-2$/],
  ])('are checked against “%s”', async (text, outcome) => {
    expect(String(await on(`${table(1, 2)}<p>${text}</p>`, 'extract all order numbers'))).toMatch(
      outcome,
    )
  })

  test('a banner over Next is named', async () => {
    const page = `${table(1, 2)}<button>Next</button><div id="banner" style="position:fixed;inset:0">Cookies!</div>`
    expect(await on(page, 'extract all order numbers')).toMatch(
      /“Next” is covered by another element \(<div id="banner"/,
    )
  })

  test('each table has its own Next', async () => {
    const site = {
      '/': `<h1>A</h1><table>${head('Apple')}${row('a1')}</table><h1>B</h1><table>${head('Pear')}${row('p1')}</table><a href="/2">Next</a>`,
      '/2': `<h1>A</h1><table>${head('Apple')}${row('a1')}</table><h1>B</h1><table>${head('Pear')}${row('p2')}</table>`,
    }
    expect(await on(site, 'extract all apples')).toEqual(['a1'])
    expect(await on(site, 'extract all pears')).toEqual(['p1', 'p2'])
  })
})
