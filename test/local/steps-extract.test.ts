import { describe, expect, test } from 'vitest'
import { head, row, useBrowser } from '../support/browser.ts'

const stand = useBrowser()
const on = stand.outputOn

const INVOICES = `<title>Billing</title><h1>Invoices</h1><table>${head('Invoice no.', 'Customer', 'Status', 'Amount')}
  <tbody>${row('A-1', 'Acme', 'Open', '10.00')}${row('A-2', 'Bank of the West', 'Paid', '20.00')}${row('A-3', 'Acme', 'Open', '30.00')}</tbody>
  <tfoot><tr><td colspan="3">Total</td><td>60.00</td></tr></tfoot></table>`

const under = (heading: string): string =>
  `<h1>${heading}</h1><table>${head('Invoice number')}${row('1')}</table>`

describe('extract all: every word has to be explained', () => {
  test.each([
    ['extract all invoice numbers', ['A-1', 'A-2', 'A-3']],
    ['list the invoice nos.', ['A-1', 'A-2', 'A-3']],
    ['get the customers', ['Acme', 'Bank of the West', 'Acme']],
    ['extract all amounts from the invoices table', ['10.00', '20.00', '30.00']],
    ['extract all open invoice numbers', ['A-1', 'A-3']],
    ['extract all invoice numbers where the status is paid', ['A-2']],
    ['extract all amounts of Acme', ['10.00', '30.00']],
    ['extract all invoice numbers for "Bank of the West"', ['A-2']],
    ['extract all open invoice numbers with customer Acme', ['A-1', 'A-3']],
    ['extract all paid invoice numbers of Acme', []],
    ['extract all invoice numbers with status open and customer Acme', ['A-1', 'A-3']],
  ])('%s', async (prompt, output) => {
    expect(await on(INVOICES, prompt)).toEqual(output)
  })

  test.each([
    ['extract all unpaid invoice numbers', /does not explain “unpaid”.*“Status” \(Open, Paid\)/],
    ['extract all overdue invoice numbers', /does not explain “overdue”/],
    ['extract all invoice numbers that are not paid', /does not explain “not”/],
    ['extract all invoices with no amount', /does not explain “(invoice|no)”/],
    ['extract all invoice numbers on this page', /does not explain “this”/],
    ['extract the first 2 invoice numbers', /does not explain “first”/],
    ['extract all invoice numbers and paid amounts', /does not explain|names no/],
    ['extract all invoice numbers over 15.00', /does not explain “over”/],
    ['extract all amounts 20.00', /does not explain “20.00”/],
    [
      'extract all open and paid invoice numbers',
      /“open”, “paid” are values of one column, “Status”/,
    ],
    ['extract all open paid invoice numbers', /values of one column/],
    ['extract all invoice numbers except paid', /does not explain “except”/],
    ['extract all due dates', /does not explain “dates”.*“Invoice no\.”, “Customer”/],
    ['extract all', /does not explain “all”/],
  ])('%s is refused', async (prompt, reason) => {
    expect(await on(INVOICES, prompt)).toMatch(reason)
  })

  test('a value that two columns hold must name its column', async () => {
    const page = `<h1>Orders</h1><table>${head('Order', 'Payment', 'Delivery')}${row('O-1', 'Open', 'Open')}${row('O-2', 'Done', 'Open')}</table>`
    expect(await on(page, 'extract all open orders')).toMatch(
      /“open” is a value of “Payment”, “Delivery”/,
    )
    expect(await on(page, 'extract all orders with payment open')).toEqual(['O-1'])
    const alike = page.replace('Payment', 'Payment status').replace('Delivery', 'Delivery status')
    expect(await on(alike, 'extract all orders with payment status open')).toEqual(['O-1'])
    expect(await on(alike, 'extract all orders with status open')).toMatch(
      /say of which, such as “with payment status open”/,
    )
  })

  test('a table called after a value is filtered by it all the same', async () => {
    const page = `<h1>Open and paid invoices</h1><table>${head('Number', 'Status')}${row('1', 'Open')}${row('2', 'Paid')}</table>`
    expect(await on(page, 'extract all open invoice numbers')).toEqual(['1'])
    expect(await on(page, 'extract all paid invoice numbers')).toEqual(['2'])
  })

  test('a word that is a name and a stray value is refused, not taken for a filter', async () => {
    const page = `<h1>Open invoices</h1><table>${head('Number', 'Stage')}${row('1', 'Open')}${row('2', 'late')}</table>`
    expect(await on(page, 'extract all open invoice numbers')).toMatch(
      /“open” names the table “Open invoices” and is a value of “Stage”/,
    )
    expect(await on(page, 'extract all invoice numbers with stage open')).toEqual(['1'])
  })

  test('a column of free text filters only when it is named', async () => {
    const page = `<h1>Invoices</h1><table>${head('Number', 'Notes')}${row('1', 'open')}${row('2', 'call back')}</table>`
    expect(await on(page, 'extract all open invoice numbers')).toMatch(
      /“open” is a value of “Notes”: say of which/,
    )
    expect(await on(page, 'extract all invoice numbers with notes open')).toEqual(['1'])
  })

  test('a heading that is a sentence, or says what it leaves out, explains nothing', async () => {
    const refused = /does not explain “overdue”/
    expect(
      await on(
        under('Invoices – overdue reminders are sent weekly'),
        'extract all overdue invoice numbers',
      ),
    ).toMatch(refused)
    expect(
      await on(under('Invoices without overdue ones'), 'extract all overdue invoice numbers'),
    ).toMatch(refused)
    expect(
      await on(under('Paid and overdue invoices'), 'extract all overdue invoice numbers'),
    ).toMatch(refused)
    expect(await on(under('Overdue invoices'), 'extract all overdue invoice numbers')).toEqual([
      '1',
    ])
  })

  test('a list and a column that fit alike are refused; tabs and menus are no lists', async () => {
    const table = `<table>${head('Invoice no', 'Status')}${row('1', 'Open')}</table>`
    const chips = `<h1>Invoices</h1><ul><li>All</li><li>Open</li></ul>${table}`
    expect(await on(chips, 'extract all invoices')).toMatch(
      /fits both the list “Invoices” and “Invoice no” of “Invoices”/,
    )
    const tabs = `<h1>Invoices</h1><ul><li><button>All</button></li><li><button>Open</button></li></ul><nav><ul><li>Home</li></ul></nav>${table}`
    expect(await on(tabs, 'extract all invoices')).toEqual(['1'])
  })

  test('a header that denies the words is not meant', async () => {
    const page = `<h1>Stats</h1><table>${head('Users', 'Not active users')}${row('3', '1')}</table>`
    expect(await on(page, 'extract all active users')).toMatch(/does not explain “active”/)
    expect(await on(page, 'extract all not active users')).toEqual(['1'])
  })

  test('of two tables the one whose name explains the words', async () => {
    const page = `<h1>Invoices</h1><h2>Open</h2><table>${head('Number')}${row('1')}</table><h2>Paid</h2><table>${head('Number')}${row('2')}</table>`
    expect(await on(page, 'extract all open invoice numbers')).toEqual(['1'])
    expect(await on(page, 'extract all paid invoice numbers')).toEqual(['2'])
    expect(await on(page, 'extract all invoice numbers')).toMatch(
      /fits both “Number” of “Open” and “Number” of “Paid”/,
    )
  })
})

describe('extract the', () => {
  const page = `<title>Order 7 · Shop</title><h1>Order 7</h1>
    <dl><dt>Order number</dt><dd>O-7</dd><div><dt>Total</dt><dd>42.00 €</dd></div></dl>
    <p><b>Due date:</b> <span>1 May</span></p><div><div>Carrier:</div><div>Blue Bird</div></div>
    <h2>Customer</h2><table><tr><th>Name</th><td>Ada</td></tr><tr><th>E-mail</th><td>ada@x.org</td></tr></table>
    <h2>Seller</h2><table><tr><th>Name</th><td>Bob</td></tr></table>
    <label>Reference <input readonly value="R-1"></label><label>Password <input type="password" value="hunter2"></label>
    <label for="o">Points</label><output id="o">12</output>
    <section><h3>Weight</h3><p>3 kg</p></section>
    <table><caption>Items</caption>${head('Item', 'Price')}${row('Pen', '2')}${row('Ink', '40')}</table>`

  test.each([
    ['extract the order number', 'O-7'],
    ['get the total', '42.00 €'],
    ['extract the due date', '1 May'],
    ['extract the carrier', 'Blue Bird'],
    ['extract the customer name', 'Ada'],
    ['extract the e-mail', 'ada@x.org'],
    ['extract the name of the seller', 'Bob'],
    ['extract the reference', 'R-1'],
    ['extract the points', '12'],
    ['extract the weight', '3 kg'],
    ['extract the heading', 'Order 7'],
    ['extract the page title', 'Order 7 · Shop'],
    ['extract the price of Ink', '40'],
    ['extract the items', ['Pen', 'Ink']],
  ])('%s', async (prompt, output) => {
    expect(await on(page, prompt)).toEqual(output)
  })

  test.each([
    ['extract the name', /fits both “Name: Ada” and “Name: Bob”/],
    ['extract the gross total', /does not explain “(gross|total)”/],
    ['extract the price', /fits 2 rows/],
    ['extract the shoe size', /does not explain “size”.*labels are “Order number”/],
    ['extract the password', /does not explain “password”/],
  ])('%s is refused', async (prompt, reason) => {
    const told = await on(page, prompt)
    expect(told).toMatch(reason)
    expect(told).not.toMatch(/hunter2/)
  })

  test('a value is never the rest of a line with further labels', async () => {
    const reason = /^“Name: Bob .*Age: 7” is a line with more than one label/
    expect(await on('<p>Name: Bob <i>Age: 7</i></p>', 'extract the name')).toMatch(reason)
    expect(await on('<p>Name: Bob | Age: 7</p>', 'extract the name')).toMatch(reason)
    expect(await on('<p>Opens: 9:30 to 17:00</p>', 'extract the opens')).toBe('9:30 to 17:00')
  })

  test('the value of a field is in the field, not in the lines around it', async () => {
    const form = `<div><label for=a>Customer:</label><input id=a value="Bell"></div><div><label for=s>Status:</label><select id=s><option>Open<option selected>Paid</select></div>
      <p>Total: <input value="5"></p><p>Next line: 7</p>`
    expect(await on(form, 'extract the customer')).toBe('Bell')
    expect(await on(form, 'extract the status')).toBe('Paid')
    expect(await on(form, 'extract the total')).toMatch(/does not explain “total”/)
  })

  test('a colon after a label does not tell two labels apart', async () => {
    const two = `<dl><dt>Total<dd>2</dl><table><tr><th>Total:</th><td>3</td></tr></table>`
    expect(await on(two, 'extract the total')).toMatch(/fits both “Total: 2” and “Total: 3”/)
  })

  test('several extractions come as an object, in a sentence that goes on', async () => {
    expect(await on(page, 'Extract the total and the order number')).toMatch(/does not explain/)
    expect(await on(page, 'Extract the total, and extract all items')).toEqual({
      total: '42.00 €',
      items: ['Pen', 'Ink'],
    })
  })

  test('the same asked twice keeps both', async () => {
    const counter = `<p>Count: <span>1</span></p><button onclick="document.querySelector('span').textContent++">More</button>`
    const twice = 'Extract the count, press More, extract the count'
    expect(await on(counter, twice)).toEqual({ count: '1', 'count (2)': '2' })
  })

  test('a value that comes late is not its placeholder', async () => {
    const late = `<dl><dt>Balance</dt><dd>…</dd></dl><script>fetch('/balance').then((r) => r.text()).then((t) => { document.querySelector('dd').textContent = t })</script>`
    expect(await on({ '/': late, '/balance': '99' }, 'extract the balance')).toBe('99')
  })
})
