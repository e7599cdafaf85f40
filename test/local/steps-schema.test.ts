import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/api/types.ts'
import { head, row, useBrowser } from '../support/browser.ts'

const stand = useBrowser()

async function shape(page: string, prompt: string, schema: Json): Promise<unknown> {
  const { result } = await stand.on(page, prompt, { schema })
  return result.status === 'completed' ? result.output : result.failureReason
}

const object = (properties: { [key: string]: Json }): { [key: string]: Json } => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
})
const list = (items: Json): { [key: string]: Json } => ({ type: 'array', items })
const text = { type: 'string' }
const number = { type: 'number' }

const INVOICES = `<h1>Invoices</h1><table>${head('No.', 'Customer name', 'Amount due', 'Due date', 'Paid')}
  ${row('7', 'Acme', '$1,250.00', '2026-01-31', 'Yes')}${row('8', 'Bell', '$99.50', '2026-02-28', 'No')}</table>`

const invoice = object({
  invoiceNumber: { type: 'integer' },
  customer: text,
  amount: number,
  due: { type: 'string', title: 'Due date', format: 'date' },
  is_late: { type: ['boolean', 'null'], title: 'Paid' },
})

const column = (...cells: string[]): string =>
  `<h1>Sums</h1><table>${head('Sum', 'Of')}${cells.map((cell) => row(cell, 'x')).join('')}</table>`

describe('rows', () => {
  const rows = [
    {
      invoiceNumber: 7,
      customer: 'Acme',
      amount: 1250,
      due: '2026-01-31',
      is_late: true,
    },
    {
      invoiceNumber: 8,
      customer: 'Bell',
      amount: 99.5,
      due: '2026-02-28',
      is_late: false,
    },
  ]

  test('columns become properties, by name or title, and texts become values', async () => {
    expect(await shape(INVOICES, 'extract all invoices', list(invoice))).toEqual(rows)
    expect(await shape(INVOICES, 'extract all rows', object({ items: list(invoice) }))).toEqual({
      items: rows,
    })
    const filtered = 'extract all invoices of customer Acme'
    expect(await shape(INVOICES, filtered, object({ invoices: list(invoice) }))).toEqual({
      invoices: rows.slice(0, 1),
    })
  })

  test('the schema alone says what to extract; references are followed', async () => {
    const schema = {
      $defs: { Invoice: object({ number: { type: 'integer' }, amount: number }) },
      ...object({ invoices: list({ $ref: '#/$defs/Invoice' }) }),
    }
    expect(await shape(INVOICES, 'wait 0 seconds', schema)).toEqual({
      invoices: [
        { number: 7, amount: 1250 },
        { number: 8, amount: 99.5 },
      ],
    })
  })

  test('a property that no column explains is named, with the nearest columns', async () => {
    const refused = await shape(INVOICES, 'extract all rows', list(object({ discount: number })))
    expect(refused).toMatch(
      /does not explain the property “discount”.*columns “No\.”, “Customer name”, “Amount due”/,
    )
    expect(String(refused).split('\n').length).toBeLessThan(6)
    const described = object({ amount: { ...number, description: 'Net amount without tax' } })
    expect(await shape(INVOICES, 'extract all rows', list(described))).toMatch(
      /does not explain the property “amount” of the schema, “Net amount without tax”/,
    )
    const twice = list(object({ date: text, due_date: text }))
    expect(await shape(INVOICES, 'extract all rows', twice)).toMatch(
      /“Due date” would be both “date” and “due_date”/,
    )
    expect(await shape(INVOICES, 'extract all unpaid invoices', list(invoice))).toMatch(
      /does not explain “unpaid”/,
    )
    const wrong = object({ paid_orders: list(invoice) })
    expect(await shape(INVOICES, 'extract all invoices', wrong)).toMatch(
      /no property for “invoices”. Its properties are “paid_orders”/,
    )
  })

  test('what the schema says of the rows is not passed over', async () => {
    const only = { ...list(invoice), description: 'Paid invoices only' }
    expect(await shape(INVOICES, 'extract all invoices', only)).toMatch(
      /says “Paid invoices only”, which is more than the prompt says/,
    )
    const within = object({ invoices: list({ ...invoice, description: 'An unpaid invoice' }) })
    expect(await shape(INVOICES, 'extract all invoices', within)).toMatch(/says “An unpaid/)
    const whole = { ...object({ invoices: list(invoice) }), description: 'The latest' }
    expect(await shape(INVOICES, 'extract all invoices', whole)).toMatch(/says “The latest”/)
    const harmless = { ...list(invoice), description: 'A list of the invoices' }
    expect(await shape(INVOICES, 'extract all invoices', harmless)).toHaveLength(2)
    const other = object({ due: list(text) })
    expect(await shape(INVOICES, 'extract all invoices with due date 2026-01-31', other)).toMatch(
      /no property for/,
    )
  })

  test('of several tables the one that has the columns', async () => {
    const page = `<h2>People</h2><table>${head('Name', 'Age')}${row('Ada', '36')}</table>
      <h2>Pets</h2><table>${head('Name', 'Legs')}${row('Rex', '4')}</table>`
    const pets = list(object({ name: text, legs: { type: 'integer' } }))
    expect(await shape(page, 'extract all rows', pets)).toEqual([{ name: 'Rex', legs: 4 }])
    expect(await shape(page, 'extract all rows', list(object({ name: text })))).toMatch(/fits both/)
    const none = list(object({ name: text, wings: number }))
    expect(await shape(page, 'extract all rows', none)).toMatch(
      /No table has a column for each of “name”, “wings”/,
    )
  })
})

describe('labelled values', () => {
  const page = `<h1>Order</h1><dl><dt>Order number<dd>0042<dt>Total amount<dd>€ 12.50<dt>Items<dd>3<dt>Gift<dd>no</dl>
    <h2>Customer</h2><dl><dt>Name<dd>Ada<dt>City<dd>Turin</dl>`

  test('an object is filled by labels; what stands above a label is a part of its name', async () => {
    const schema = object({
      order_number: text,
      totalAmount: number,
      gift: { type: 'boolean' },
      customer: object({ name: text, city: text }),
    })
    const filled = {
      order_number: '0042',
      totalAmount: 12.5,
      gift: false,
      customer: { name: 'Ada', city: 'Turin' },
    }
    expect(await shape(page, 'extract the order number', schema)).toEqual(filled)
  })

  test('one value and a list of values', async () => {
    expect(await shape(page, 'extract the total amount', number)).toBe(12.5)
    const amounts = object({ amounts: list(number) })
    expect(await shape(INVOICES, 'extract all amounts due', amounts)).toEqual({
      amounts: [1250, 99.5],
    })
    const of = object({ amount: number, due_date: text })
    expect(await shape(INVOICES, 'extract the invoice with number 8', of)).toEqual({
      amount: 99.5,
      due_date: '2026-02-28',
    })
  })

  test('a value that is not exactly of the type, or outside the schema, is refused', async () => {
    expect(await shape(page, 'extract the order number', { type: 'integer' })).toMatch(
      /“the output” to be of type integer, and the page says “0042”/,
    )
    expect(await shape(page, 'extract the city', { type: 'boolean' })).toMatch(/“Turin”/)
    expect(await shape(page, 'extract the city', { enum: ['Rome', 'Oslo'] })).toMatch(
      /does not fit the schema: the output is not one of enum values/,
    )
    const both = object({ number: text, order_number: text })
    expect(await shape(page, 'wait 0 seconds', both)).toMatch(/would be both/)
    expect(await shape(page, 'wait 0 seconds', object({ customer_email: text }))).toMatch(
      /^The schema asks for “customer_email”\. The page does not explain “email”/,
    )
  })
})

test.each([
  ['1,234', /“1,234”/],
  ['1.234', /“1\.234”/],
  ['12%', /“12%”/],
  ['(5.00)', /“\(5\.00\)”/],
  ['12345678901234567890', /“12345678901234567890”/],
  ['0.125', 0.125],
  ['-3', -3],
  ['−3', -3],
  ['1,234.5', 1234.5],
  ['1.234,5 €', 1234.5],
  ['EUR 1 234 567', 1234567],
  ["1'234.50", 1234.5],
])('the number of %s', async (said, value) => {
  const got = await shape(`<dl><dt>Sum<dd>${said}</dl>`, 'extract the sum', number)
  if (value instanceof RegExp) expect(got).toMatch(value)
  else expect(got).toBe(value)
})

test('numbers of one column may be written differently, but units are not mixed', async () => {
  const sums = (page: string): Promise<unknown> => shape(page, 'extract all sums', list(number))
  expect(await sums(column('1,234.00', '0.50'))).toEqual([1234, 0.5])
  expect(await sums(column('1,234', '0.50'))).toMatch(/“1,234”, which is not exactly one/)
  expect(await sums(column('1 €', '1 $'))).toMatch(/different units, “€” and “\$”/)
  expect(await sums(column('1', ''))).toMatch(/to be of type number, and the page says “”/)
  const orNull = list({ anyOf: [number, { type: 'null' }] })
  expect(await shape(column('1', ''), 'extract all sums', orNull)).toEqual([1, null])
})

test.each<[Json, RegExp]>([
  ['x', /not a JSON object/],
  [{ type: 'object' }, /type “object”, without properties/],
  [{ anyOf: [text, number] }, /leaves open/],
  [{ $ref: '#/$defs/x' }, /refers to “#\/\$defs\/x”, which it lacks/],
  [{ $defs: { a: list({ $ref: '#/$defs/a' }) }, $ref: '#/$defs/a' }, /refers to itself/],
])('the schema %j is refused before the first step', async (schema, reason) => {
  const { result } = await stand.on('<p>x</p>', 'extract the sum', { schema })
  expect(result).toMatchObject({ status: 'failed', stepCount: 0 })
  expect(result).toMatchObject({ failureReason: expect.stringMatching(reason) })
})
