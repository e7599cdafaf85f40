/**
 * What is asked of the applications, and the right answers. A prompt without an answer cannot be carried out by steps: the
 * right thing is to refuse it.
 */

export interface Prompt {
  app: string
  /** An address of the application `urls` names, and a path below it. */
  at: [site: string, path: string]
  prompt: string
  answer?: unknown
  /** A prompt that has to come first, in the same session. */
  first?: string
}

const people = (count: number, from = 1): string[] =>
  Array.from({ length: count }, (_, at) => `P${at + from}`)
const of = (city: number, all = 60): string[] => people(all).filter((_, at) => at % 3 === city)
const invoices = (rest?: number): string[] =>
  Array.from({ length: 50 }, (_, at) => at + 1)
    .filter((number) => rest === undefined || number % 3 === rest)
    .map((number) => `INV-${String(number).padStart(3, '0')}`)

const grid = (app: string, page: string, more: [string, unknown?][] = []): Prompt[] =>
  [
    ['Extract all names', people(60)],
    ['Extract all names with city Rome', of(1)],
    ['Extract all ages and names with city Bern and age 22', [{ Age: '22', Name: 'P3' }]],
    ['Extract all salaries'],
    ['Extract all names over 30'],
    ...more,
  ].map(([prompt, answer]) => ({
    app,
    at: ['files', page],
    prompt: String(prompt),
    ...(answer !== undefined && { answer }),
  }))

const LOG_IN = 'Log in with username ada and password "analytical engine"'
const django = (prompt: string, answer?: unknown, path = ''): Prompt => ({
  app: 'Django admin',
  at: ['django', path],
  prompt,
  ...(answer !== undefined && { answer }),
  first: LOG_IN,
})
const flask = (prompt: string, answer?: unknown, path = 'person/'): Prompt => ({
  app: 'Flask-Admin',
  at: ['flask', path],
  prompt,
  ...(answer !== undefined && { answer }),
})
const ADMIN_LTE = 'npm/admin-lte/pages/'
const adminLte = (path: string, prompt: string, answer?: unknown): Prompt => ({
  app: 'AdminLTE',
  at: ['files', `${ADMIN_LTE}${path}`],
  prompt,
  ...(answer !== undefined && { answer }),
})
const shoelace = (prompt: string, answer?: unknown): Prompt => ({
  app: 'Shoelace',
  at: ['files', 'shoelace.html'],
  prompt,
  ...(answer !== undefined && { answer }),
})
const select2 = (prompt: string, answer?: unknown): Prompt => ({
  app: 'Select2',
  at: ['files', 'select2.html'],
  prompt,
  ...(answer !== undefined && { answer }),
})

export const PROMPTS: Prompt[] = [
  ...grid('DataTables', 'datatables.html', [
    ['Type P1 into Search and extract all names', people(60).filter((name) => name.includes('P1'))],
    ['Type Oslo into Search and extract all names', of(0)],
    ['Select 25 in entries per page and extract all names', people(60)],
  ]),
  ...grid('DataTables', 'datatables-scroll.html'),
  ...grid('DataTables', 'datatables-numbers.html').slice(0, 2),
  ...grid('Tabulator', 'tabulator.html'),
  ...grid('Tabulator', 'tabulator-pages.html').slice(0, 3),
  { app: 'Tabulator', at: ['files', 'tabulator-groups.html'], prompt: 'Extract all names' },
  ...grid('AG Grid', 'ag-grid.html'),
  ...grid('AG Grid', 'ag-grid-pages.html').slice(0, 3),
  ...grid('AG Grid', 'ag-grid-pinned.html').slice(0, 2),
  ...grid('Grid.js', 'gridjs.html', [
    ['Type Oslo into "Type a keyword..." and extract all names', of(0)],
  ]),

  django('Extract the heading', 'Site administration'),
  django('Go to the Invoices page and extract all numbers', invoices()),
  django('Extract all numbers', invoices(), 'shop/invoice/'),
  django('Extract all numbers with status Paid', invoices(1), 'shop/invoice/'),
  django('Extract all numbers of Acme', invoices(0), 'shop/invoice/'),
  django('Extract all unpaid numbers', undefined, 'shop/invoice/'),
  django('Press Overdue and extract all numbers', invoices(2), 'shop/invoice/'),
  django(
    'Extract all numbers and amounts with number INV-007',
    [{ Number: 'INV-007', Amount: '70.00' }],
    'shop/invoice/',
  ),
  django('Press INV-007 and extract the customer', 'Bank of the West', 'shop/invoice/'),
  django('Press INV-007 and extract the status', 'Paid', 'shop/invoice/'),
  django(
    'Press INV-008, select Paid in Status, press Save and wait for was changed successfully',
    null,
    'shop/invoice/',
  ),
  django('Press "Add invoice" and press Save, and wait for Please correct', null, 'shop/invoice/'),
  django('Press Delete', undefined, 'shop/invoice/'),
  { app: 'Django admin', at: ['django', ''], prompt: LOG_IN, answer: null },
  {
    app: 'Django admin',
    at: ['django', ''],
    prompt: 'Log in with username ada and password wrong',
  },

  flask('Extract all names', people(45)),
  flask('Extract all names with city Rome', of(0, 45)),
  flask('Extract all cities of P7', ['Rome']),
  flask('Extract all names with team Blue', of(1, 45)),
  flask('Go to the Teams page and extract all names', ['Red', 'Green', 'Blue']),
  flask('Extract all retired names'),
  flask(
    'Press Create, type Zoe into Name, select Blue in Team, press Save and wait for Record was successfully created',
    null,
  ),
  flask('Press Create and press Save and New', null),

  adminLte(
    'tables/data.html',
    'Extract all rendering engines of "DataTable with minimal features & hover style" with browser Firefox 3.0',
    ['Gecko'],
  ),
  adminLte('tables/data.html', 'Extract all browsers'),
  adminLte('tables/simple.html', 'Extract all users of "Fixed Header Table"', [
    'John Doe',
    'Alexander Pierce',
    'Bob Doe',
    'Mike Doe',
    'Jim Doe',
    'Victoria Doe',
    'Michael Doe',
    'Rocky Doe',
  ]),
  adminLte('tables/simple.html', 'Extract all tasks of "Bordered Table"', [
    'Update software',
    'Clean database',
    'Cron job running',
    'Fix and squish bugs',
  ]),
  adminLte('examples/invoice.html', 'Extract the order ID', '4F3S8J'),
  adminLte('examples/invoice.html', 'Extract the payment due', '2/22/2014'),
  adminLte('examples/invoice.html', 'Extract the shipping', '$5.80'),
  adminLte('examples/invoice.html', 'Extract all products', [
    'Call of Duty',
    'Need for Speed IV',
    'Monsters DVD',
    'Grown Ups Blue Ray',
  ]),
  adminLte('examples/invoice.html', 'Extract the VAT number'),

  shoelace('Type Ada into Name, press Save order and extract the Saved', 'name=Ada'),
  shoelace('Tick Gift wrap, press Save order and extract the Saved', 'wrap=on'),
  shoelace('Tick Express, press Save order and extract the Saved', 'fast=on'),
  shoelace('Choose Large, press Save order and extract the Saved', 'size=l'),
  shoelace('Select Pear in Fruit, press Save order and extract the Saved', 'fruit=pear'),
  shoelace('Press the Billing tab and extract the plan', 'Gold'),
  shoelace('Press Shipping and extract the carrier', 'Blue Bird'),
  shoelace('Press Show help, press Got it and extract the Saved', 'help read'),
  shoelace('Select Plum in Fruit'),

  select2('Select Norway in Country and extract the Saved', 'Norway'),
  select2('Select Large in Sizes and extract the Saved', 'Denmark Large'),
  select2(
    'Select Large in Sizes, select Small in Sizes and extract the Saved',
    'Denmark Small+Large',
  ),
  select2('Select Finland in Country'),

  { app: 'Node-RED', at: ['node-red', ''], prompt: `${LOG_IN} and wait for Deploy`, answer: null },
  { app: 'Node-RED', at: ['node-red', ''], prompt: 'Log in with username ada and password wrong' },
]

/** Tasks of MiniWoB whose own words are sentences for steps; it judges by itself. */
export const MINIWOB = [
  'click-button',
  'click-link',
  'click-tab',
  'click-test',
  'click-dialog',
  'click-checkboxes',
  'click-option',
  'choose-list',
  'enter-text',
  'enter-password',
  'enter-date',
  'login-user',
  'focus-text',
]
/** Of each. */
export const MINIWOB_SEEDS = [1, 2, 3]
