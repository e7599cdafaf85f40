/** How a sentence is refused: briefly, with what is nearest and a way on. */
import { describe, expect, test } from 'vitest'
import { head, row, useBrowser } from '../support/browser.ts'

const stand = useBrowser()
const on = stand.outputOn

/** Lines on a terminal of 80 columns, behind what the command line puts in front of it. */
const linesOf = (reason: string): number =>
  `error: Run tsk_123456789012345678 failed: ${reason}`
    .split('\n')
    .reduce((sum, line) => sum + Math.ceil(line.length / 80), 0)

const COLUMNS = ['Number', 'Date', 'Customer', 'Amount', 'Currency', 'Due', 'VAT', 'Status']
const cells = (n: number): string[] =>
  COLUMNS.map((column) => (column === 'Status' ? (n % 2 ? 'Paid' : 'Open') : `${column} ${n}`))

/** A page of an application: a long menu, many buttons, a table of many columns. */
const BUSY = `<title>Shop</title>
  <nav>${Array.from({ length: 40 }, (_, n) => `<a href="/${n}">Section number ${n}</a>`).join(' ')}</nav>
  ${Array.from({ length: 20 }, (_, n) => `<button>Action ${n}</button>`).join('')}
  <button>Save all changes</button> <label>Company name <input></label>
  <table><caption>All invoices</caption>${head(...COLUMNS)}
  ${[1, 2, 3, 4].map((n) => row(...cells(n))).join('')}</table>`

describe('a refusal fits six lines, and says what is nearest', () => {
  test.each([
    ['Find the cheapest invoice', '“Find the cheapest invoice” was not', 'extract all <column or'],
    ['Clik the Save button', '“Clik the Save button” was not', 'press <button or link>'],
    [
      `Find ${'the cheapest of all the many invoices '.repeat(20)}`,
      '“Find the cheapest of all',
      'extract all',
    ],
    ['Press the Save changes now button', '“Save all changes”', 'press <button or link>'],
    ['Type x into Firm', '“Company name”', 'fill in <field> with <text>'],
    ['Go to the section number 90 page', '“Section number 9”', 'go to the <name> page'],
    ['Extract all unpaid numbers', 'does not explain “unpaid”', 'extract all <column or list>'],
    ['Extract all unpaid numbers', '“Status” (Paid, Open)', 'extract all <column or list>'],
    ['Extract all currencies and prices', '“Currency”', 'extract all <column or list>'],
    ['Extract the delivery address', 'does not explain “address”', 'extract the <label>'],
  ])('%s', async (prompt, near, form) => {
    const reason = String(await on(BUSY, prompt))
    expect(reason).toContain(near)
    expect(reason).toContain(form)
    expect(reason).toContain('embedded backend')
    expect(reason).toContain('skyvern help steps')
    expect(reason).toContain('A real Skyvern takes any words')
    expect(linesOf(reason)).toBeLessThanOrEqual(6)
  })
})

describe('the only table of a page by its name', () => {
  const TABLE = `<table><caption>All invoices</caption>${head('Number', 'Status')}
    ${row('1', 'Open')}${row('2', 'Paid')}</table>`
  const rows = [
    { Number: '1', Status: 'Open' },
    { Number: '2', Status: 'Paid' },
  ]

  test.each([
    ['Extract all invoices', rows],
    ['List the invoices', rows],
    ['Extract all paid invoices', rows.slice(1)],
    ['Extract all invoices with status open', rows.slice(0, 1)],
    ['Extract the invoices', rows],
  ])('%s gives its rows', async (prompt, output) => {
    expect(await on(TABLE, prompt)).toEqual(output)
  })

  test.each([
    ['Extract all unpaid invoices', TABLE, /does not explain “unpaid”/],
    ['Extract all payments', TABLE, /does not explain “payments”/],
    ['Extract the invoice', TABLE, /does not explain “invoice”/],
    [
      'Extract all invoices',
      `${TABLE}<table><caption>All drafts</caption>${head('Number')}${row('3')}</table>`,
      /does not explain “invoices”/,
    ],
  ])('%s may be refused all the same', async (prompt, page, reason) => {
    expect(await on(page, prompt)).toMatch(reason)
  })
})
