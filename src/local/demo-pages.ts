/** The pages of the demo site: plain, accessible HTML. */

const INVOICES = 23
const PER_PAGE = 10
const CUSTOMERS = [
  'Northwind Traders',
  'Blue Harbor Café',
  'Kestrel & Sons',
  'Atelier Lumière',
  'Orchard Supply',
]
const STATUSES = ['Paid', 'Open', 'Paid', 'Paid', 'Overdue']

const STYLE = `
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 15%, transparent); --accent: #2f6f5e }
  * { box-sizing: border-box }
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif }
  header { display: flex; gap: 1.5rem; align-items: baseline; padding: 1rem 2rem; border-bottom: 1px solid var(--line) }
  header strong { margin-right: auto; letter-spacing: .02em }
  main { max-width: 52rem; margin: 2.5rem auto; padding: 0 2rem }
  h1 { font-size: 1.6rem; font-weight: 600; margin: 0 0 1.5rem }
  a { color: var(--accent) }
  table { width: 100%; border-collapse: collapse }
  caption { text-align: left; padding-bottom: .5rem; opacity: .7 }
  th, td { text-align: left; padding: .5rem .75rem; border-bottom: 1px solid var(--line) }
  .amount { text-align: right; font-variant-numeric: tabular-nums }
  nav[aria-label=Pages] { display: flex; gap: 1rem; padding-top: 1rem }
  form { display: grid; gap: .75rem; max-width: 20rem }
  input, button { font: inherit; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .4rem }
  button { background: var(--accent); color: #fff; border: 0 }
  dl { display: grid; grid-template-columns: max-content auto; gap: .25rem 1.5rem }
  dd { margin: 0; font-variant-numeric: tabular-nums }
`

export function loginPage(problem?: string): string {
  return layout(
    'Log in',
    `${problem === undefined ? '' : `<p role="alert">${problem}</p>`}
    <form method="post" action="/login">
      <label for="user">User name</label>
      <input id="user" name="user" autocomplete="username" required autofocus>
      <button>Log in</button>
    </form>
    <p>Any user name will do. There is no password.</p>`,
  )
}

export function dashboardPage(user: string): string {
  const all = Array.from({ length: INVOICES }, (_, index) => invoice(index + 1))
  const open = all.filter(({ status }) => status !== 'Paid')
  return layout(
    'Dashboard',
    `<p>Welcome back, ${escape(user)}.</p>
    <dl>
      <dt>Invoices</dt><dd>${all.length}</dd>
      <dt>Outstanding amount</dt><dd>${money(open.reduce((sum, { cents }) => sum + cents, 0))}</dd>
    </dl>
    <p><a href="/invoices">View invoices</a></p>`,
    user,
  )
}

/** Shows the nearest page if the number is out of range. */
export function invoicesPage(user: string, asked: number): string {
  const pages = Math.ceil(INVOICES / PER_PAGE)
  const number = Math.min(pages, Math.max(1, Math.trunc(asked) || 1))
  const from = (number - 1) * PER_PAGE + 1
  const to = Math.min(INVOICES, number * PER_PAGE)
  const rows = Array.from({ length: to - from + 1 }, (_, index) => {
    const { id, date, customer, cents, status } = invoice(from + index)
    return `<tr><td>${id}</td><td>${date}</td><td>${escape(customer)}</td><td class="amount">${money(cents)}</td><td>${status}</td></tr>`
  })
  return layout(
    'Invoices',
    `<table>
      <caption>All invoices</caption>
      <thead><tr><th>Number</th><th>Date</th><th>Customer</th><th class="amount">Amount</th><th>Status</th></tr></thead>
      <tbody>${rows.join('\n')}</tbody>
    </table>
    <nav aria-label="Pages">
      <span>${from}–${to} of ${INVOICES}</span>
      ${number > 1 ? `<a href="/invoices?page=${number - 1}" rel="prev">Previous</a>` : ''}
      ${number < pages ? `<a href="/invoices?page=${number + 1}" rel="next">Next</a>` : ''}
    </nav>`,
    user,
  )
}

export function notFoundPage(user: string): string {
  return layout('Not found', '<p>There is no such page.</p>', user)
}

/** The nth invoice, always the same. */
function invoice(n: number): {
  id: string
  date: string
  customer: string
  cents: number
  status: string
} {
  const day = new Date(Date.UTC(2026, 0, 3 + n * 9))
  return {
    id: `INV-${String(n).padStart(4, '0')}`,
    date: day.toISOString().slice(0, 10),
    customer: CUSTOMERS[(n * 3) % CUSTOMERS.length] ?? '',
    cents: 4900 + ((n * 7919) % 90_000),
    status: STATUSES[(n * 2) % STATUSES.length] ?? '',
  }
}

function money(cents: number): string {
  return `$${(cents / 100).toLocaleString('en-US', { minimumFractionDigits: 2 })}`
}

function layout(title: string, body: string, user?: string): string {
  const menu =
    user === undefined
      ? ''
      : `<a href="/">Dashboard</a> <a href="/invoices">Invoices</a> <a href="/logout">Log out</a>`
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} · Ledgerline</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><header><strong>Ledgerline</strong>${menu}</header><main><h1>${title}</h1>
${body}
</main></body></html>
`
}

function escape(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char)
}
