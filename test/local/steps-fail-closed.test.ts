/** Pages that tempt a step to do something near to what was asked, or to think that it has been done. */
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { head, row, useBrowser, type Site } from '../support/browser.ts'

const stand = useBrowser()

const SAYS = `<output></output><script>const say = (text) => { document.querySelector('output').textContent += text + ' ' }</script>`

/** What the page shows as its result, and the reason why the run failed, if it did. */
async function shown(page: string | Site, prompt: string): Promise<string> {
  const { result } = await stand.on(page, prompt)
  const outputs = await stand.context().pages().at(-1)?.locator('output').allInnerTexts()
  return [...(outputs ?? []), ...('failureReason' in result ? [result.failureReason] : [])].join('')
}

const field = (attributes: string): string => `<label>Code <input ${attributes}></label>`

describe('typing and selecting', () => {
  test.each([
    ['cuts it off', 'maxlength="5"'],
    ['cuts off what is no letter', 'maxlength="10"'],
    ['leaves letters out', `oninput="this.value = this.value.replace(/[a-z]/g, '')"`],
    ['goes back to what it held', `value="old" oninput="this.value = 'old'"`],
  ])('a field that %s has not taken the text', async (_, attributes) => {
    const reason = /^“Code” did not take the text\. It holds something else now/
    expect(await shown(field(attributes), 'Type abcdef1234!! into Code')).toMatch(reason)
  })

  test('a field that cannot be changed is said to be so', async () => {
    const reason = /“Code” could not be used \(element is not editable\)/
    expect(await shown(field('readonly'), 'Type 1 into Code')).toMatch(reason)
  })

  test('a field that formats the text has taken it', async () => {
    const groups = `oninput="this.value = this.value.toUpperCase().replace(/(.{4})(?=.)/g, '$1 ')"`
    expect(await shown(field(groups), 'Type abcd1234 into Code')).toBe('')
  })

  test('a list that takes several keeps what was selected before', async () => {
    const page = `<label>Tags <select multiple onchange="this.form.nextElementSibling.textContent = [...this.selectedOptions].map(({ text }) => text)">
      <option>red</option><option>green</option><option>blue</option></select></label><output></output>`
    const form = page.replace('<label>', '<form><label>').replace('</label>', '</label></form>')
    expect(await shown(form, 'Select red in Tags and select blue in Tags')).toBe('red,blue')
  })

  test.each(['role="listbox"', 'role="combobox" aria-expanded="false"'])(
    'an option of another list is not selected in one with %s',
    async (role) => {
      const page = `<div ${role} aria-label="Size" tabindex="0"><span role="option" tabindex="-1" onclick="say('small')">Small</span></div>
        <div role="listbox" aria-label="Color"><div role="option" tabindex="-1" onclick="say('red')">Red</div></div>${SAYS}`
      expect(await shown(page, 'Select Red in Size')).toBe(
        '“Red” is an option of another list than “Size”.',
      )
      expect(await shown(page, 'Select Red in Color')).toBe('red')
    },
  )
})

describe('names', () => {
  test.each([
    [
      `<button onclick="say('thrown away')">Don’t save</button>`,
      'Press Save',
      /^There is no button or link/,
    ],
    [
      `<label><input type="checkbox" onchange="say('ticked')"> I do not accept the terms</label>`,
      'Tick accept the terms',
      /^There is no box/,
    ],
    [
      `<label>Mail <select onchange="say(this.value)"><option>All</option><option>No newsletter</option></select></label>`,
      'Select newsletter in Mail',
      /^“newsletter” is not an option/,
    ],
  ])('%s is not what it denies', async (page, prompt, reason) => {
    expect(await shown(page + SAYS, prompt)).toMatch(reason)
  })

  test('a note behind a name denies nothing', async () => {
    const page = '<label>Phone (not required) <input oninput="say(this.value)"></label>'
    expect(await shown(page + SAYS, 'Type 12 into Phone')).toBe('1 12')
  })

  test('a title that only speaks of a page is not that page', async () => {
    const page = '<h1>Sign in to see your invoices</h1><a href="/login">Sign in</a>'
    expect(await shown(page, 'Go to the invoices page')).toMatch(/no link “invoices page”/)
  })
})

describe('what comes of a step', () => {
  const broken: Site = {
    '/': `<form action="/save"><label>Name <input name="name"></label></form>
      <label>Shop <select onchange="location = '/save'"><option>Oslo</option><option>Rome</option></select></label>`,
    '/save': 500,
  }

  test.each(['Type Ada into Name and press Enter', 'Select Rome in Shop'])(
    '%s, answered with an error, is refused',
    async (prompt) => {
      expect(await shown(broken, prompt)).toMatch(/\/save answered 500/)
    },
  )

  test.each(['wait 1 second', 'wait for Sure', 'extract the state'])(
    'a question that comes late, in “%s”, is a failure too',
    async (step) => {
      const page = `<p>State: kept</p><button onclick="setTimeout(() => { confirm('Really delete?'); document.body.append('Sure') }, 400)">Delete</button>`
      expect(await shown(page, `Press Delete and ${step}`)).toMatch(/asked “Really delete\?”/)
    },
  )
})

const invoices = (...numbers: string[]): string =>
  `<h1>Invoices</h1><table>${head('Number')}<tbody>${numbers.map((number) => row(number)).join('')}</tbody></table>`

const later = (seconds: number, html: string) => () => sleep(seconds * 1000, html)

describe('slow pages', () => {
  test('rows that a step has asked for are waited for, not taken for a long poll', async () => {
    const page = `${invoices('old')}<button onclick="fetch('/rows').then(async (answer) => { document.querySelector('tbody').innerHTML = await answer.text() })">Filter</button>`
    const site = { '/': page, '/rows': later(7, row('new')) }
    const prompt = 'Press Filter and extract all invoice numbers'
    const { result } = await stand.on(site, prompt, { patience: 10_000 })
    expect(result).toMatchObject({ output: ['new'] })
  })

  test.each([
    ['press Enter', /\/next did not answer in time/],
    ['press Send', /“Send” was pressed, but what it leads to did not come in time/],
  ])('%s: the page before is never read in place of the next', async (step, reason) => {
    const page = `${invoices('old')}<form action="/next"><label>Name <input name="n"></label><button>Send</button></form>`
    const site = { '/': page, '/next': later(6, invoices('new')) }
    const prompt = `Type Ada into Name, ${step} and extract all invoice numbers`
    const { result } = await stand.on(site, prompt, { patience: 1000 })
    expect(result).toMatchObject({ failureReason: expect.stringMatching(reason) })
  })

  test('what the name fits better may still come', async () => {
    const page = `<button onclick="document.title = 'draft'">Save draft</button><script>
      fetch('/rest').then(async (answer) => document.body.insertAdjacentHTML('beforeend', await answer.text()))</script>`
    const rest = `<button onclick="document.title = 'saved'">Save</button>${invoices('I-1')}`
    const site = {
      '/': page + invoices('O-1').replace('Invoices', 'Orders'),
      '/rest': later(0.5, rest),
    }
    const saved = await stand.on(site, 'Press Save and extract the page title')
    expect(saved.result).toMatchObject({ output: 'saved' })
    expect(await stand.outputOn(site, 'Extract all numbers')).toMatch(
      /fits both “Number” of “Orders” and “Number” of “Invoices”/,
    )
    const alone = await stand.on(page, 'Press Save and extract the page title')
    expect(alone.result).toMatchObject({ output: 'draft' })
  })

  test('a page that changes by itself a moment after one goes there is not read before', async () => {
    const page = `${invoices('old')}<a href="#new" onclick="setTimeout(() => { document.querySelector('td').textContent = 'new' }, 300)">New</a>`
    const prompt = 'Go to the new page and extract all invoice numbers'
    expect(await stand.outputOn(page, prompt)).toEqual(['new'])
  })
})

const form = (action: string, button: string): string =>
  `<form method="post" action="${action}"><label>E-mail <input name="e"></label><label>Password <input type="password" name="p"></label><button>${button}</button></form>`

describe('logging in', () => {
  const site: Site = {
    '/': `<h1>Try it for free</h1>${form('/new', 'Create account')}<a href="/login">Log in</a>`,
    '/new': '<output>signed up</output>',
    '/login': form('/in', 'Log in'),
    '/in': '<output>logged in</output>',
  }
  const prompt = 'Log in with username bob and password hunter2'

  test('never signs up', async () => {
    expect(await shown(site, prompt)).toBe('logged in')
    const alone = String(site['/']).replace('<a href="/login">Log in</a>', '')
    expect(await shown({ ...site, '/': alone }, prompt)).toMatch(/^There is no login form/)
  })

  test.each([
    '<h1>Login failed</h1><p>Please try again.</p>',
    'Invalid user name or password. <a href="/login">Back</a>',
    '<p>The password that you entered is incorrect.</p>',
  ])('a page in place of the form that says “%s” is no success', async (page) => {
    expect(await shown({ ...site, '/in': page }, prompt)).toMatch(
      /^Logging in failed: the page says/,
    )
  })

  test('a page of somebody who is logged in may speak of failures', async () => {
    const page = '<p>Login failed from 10.0.0.7 yesterday</p><a href="/out">Log out</a>'
    expect(await shown({ ...site, '/in': page }, prompt)).toBe('')
  })
})
