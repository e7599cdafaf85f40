import { expect, onTestFinished, test } from 'vitest'
import { startDemoSite } from '../../src/local/demo-site.ts'
import { useBrowser, type Site, type Told } from '../support/browser.ts'

const stand = useBrowser()

const HOME = '<h1>Home</h1><a href="/out">Log out</a><dl><dt>Signed in as</dt><dd>bob</dd></dl>'

/** A site whose login form is `fields`; a right answer sets a cookie and leads home, a wrong one shows an alert. */
function siteWith(fields: string): Site {
  const page = (problem = ''): string =>
    `<title>Welcome</title>${problem}<form method="post" action="/in">${fields}</form>`
  return {
    '/': page(),
    '/in': (_, body) => {
      const form = new URLSearchParams(body)
      const good = form.get('u') === 'bob' && form.get('p') === 'hunter2!'
      return good
        ? 'Location: /home; sid=1'
        : page(`<p role="alert">Wrong password: ${form.get('p')}</p>`)
    },
    '/home': ({ headers }) => (headers.cookie === 'sid=1' ? HOME : 'Location: /'),
  }
}

function logIn(
  site: Site,
  prompt = 'Log in with username bob and password "hunter2!"',
  patience = 2500,
): Promise<Told> {
  return stand.on(site, prompt, { patience })
}

const FORMS: [string, string][] = [
  [
    'labels',
    '<label>User name <input name="u"></label><label>Password <input type="password" name="p"></label><button>Log in</button>',
  ],
  [
    'placeholders only',
    '<input name="u" placeholder="E-mail"><input type="password" name="p" placeholder="Password"><button>Go</button>',
  ],
  [
    'nothing but types, an icon as its button',
    '<input name="u"><input type="password" name="p"><button><svg width="9" height="9"></svg></button>',
  ],
  [
    'no button at all',
    '<input name="u" aria-label="User"><input type="password" name="p"><input type="submit" hidden>',
  ],
  [
    'another button first',
    '<label>User <input name="u"></label><button type="button">Show</button><label>Password <input type="password" name="p"></label><button>Sign in</button><button formaction="/sso">Sign in with SSO</button>',
  ],
  [
    'a language that the grammar does not speak',
    '<label>Benutzername <input name="u"></label><label>Kennwort <input type="password" name="p"></label><button>Anmelden</button>',
  ],
]

test.each(FORMS)('a form with %s', async (_, fields) => {
  const { result, log } = await logIn(siteWith(fields))
  expect(result).toEqual({ status: 'completed', output: null, stepCount: 1 })
  expect(stand.context().pages().at(-1)?.url()).toMatch(/\/home$/)
  expect(log.join()).not.toContain('hunter2')
})

test('a form in an open shadow root', async () => {
  const fields = FORMS[0]?.[1] ?? ''
  const site = siteWith(fields)
  const host = `<div id="host"></div><script>document.querySelector('#host').attachShadow({ mode: 'open' })
    .innerHTML = \`<form method="post" action="/in">${fields}</form>\`</script>`
  expect((await logIn({ ...site, '/': host })).result.status).toBe('completed')
})

test('a wrong password fails with what the page says, never with the password', async () => {
  const [, fields] = FORMS[0] ?? ['', '']
  const { result, log } = await logIn(
    siteWith(fields),
    'Log in with username bob and password swordfish',
  )
  expect(result).toMatchObject({
    status: 'failed',
    failureReason: 'Logging in failed: the page says “Wrong password: •••”.',
  })
  expect(log.join()).not.toContain('swordfish')
})

test('the user name on one page, the password on the next, from a link on a third', async () => {
  const site: Site = {
    '/': '<h1>Shop</h1><label>Newsletter <input type="email" name="news"></label><a href="/login">Sign in</a>',
    '/login':
      '<title>Sign in</title><form action="/password"><label>E-mail <input type="email" name="u"></label><button>Continue</button></form>',
    '/password':
      '<form method="post" action="/in"><p>bob@x.org</p><label>Password <input type="password" name="p"></label><button>Sign in</button></form>',
    '/in': (_, body) => (body === 'p=hunter2%21' ? 'Location: /home' : 'Location: /login'),
    '/home': HOME,
  }
  const { result } = await logIn(
    site,
    'Log in with e-mail bob@x.org and password "hunter2!" and extract the user signed in as',
  )
  expect(result).toMatchObject({
    failureReason: expect.stringMatching(/does not explain/),
  })
  expect(stand.context().pages().at(-1)?.url()).toMatch(/\/home$/)
})

test('a form handled by a script, which answers late', async () => {
  const page = `<form><label>User <input></label><label>Password <input type="password"></label><button>Log in</button></form><div role="alert"></div><script>
    document.querySelector('form').onsubmit = (event) => { event.preventDefault(); const [u, p] = document.querySelectorAll('input')
      setTimeout(() => { if (p.value === 'right') document.body.innerHTML = '<h1>Hi</h1>'; else document.querySelector('[role=alert]').textContent = 'No such user' }, 400) }</script>`
  const right = 'Log in with username bob and password right'
  expect((await logIn({ '/': page }, right, 8000)).result.status).toBe('completed')
  expect(
    (await logIn({ '/': page }, 'Log in with username bob and password wrong')).result,
  ).toMatchObject({ failureReason: expect.stringMatching(/No such user/) })
})

const REFUSED: [string, string, string, RegExp][] = [
  [
    'no password given for a form that asks for one',
    FORMS[0]?.[1] ?? '',
    'Log in as bob',
    /asks for a password \(“Password”\)/,
  ],
  [
    'a div for a button',
    '<label>User name <input name="u"></label><label>Password <input type="password" name="p"></label></form><div>Log in</div><form onsubmit="return false">',
    'Log in as bob with password x',
    /Logging in failed/,
  ],
  [
    'an address that the browser rejects',
    '<label>E-mail <input type="email" name="u"></label><label>Password <input type="password" name="p"></label><button>Log in</button>',
    'Log in as bob with password x',
    /still there; “E-mail”: /,
  ],
  [
    'two fields for a user',
    '<label>User name <input name="u"></label><label>E-mail <input name="e"></label><label>Password <input type="password" name="p"></label><button>Log in</button>',
    'Log in as bob with password x',
    /More than one field could take the user name: “User name”, “E-mail”/,
  ],
]

test.each(REFUSED)('%s is refused', async (_, fields, prompt, reason) => {
  const { result } = await logIn(siteWith(fields), prompt)
  expect(result).toMatchObject({ status: 'failed', failureReason: expect.stringMatching(reason) })
})

const late = (html: string): string =>
  html.replace('<form', '<form onsubmit="setTimeout(() => this.submit(), 400); return false"')

test('a banner that is an alert is no complaint; a page of its own that is one, is', async () => {
  const site = siteWith(FORMS[0]?.[1] ?? '')
  const banner = '<p role="alert">We use cookies</p>'
  const slow = { ...site, '/': `${banner}${late(String(site['/']))}` }
  expect((await logIn(slow, undefined, 8000)).result.status).toBe('completed')
  const denied = await logIn({ ...site, '/in': 403 })
  expect(denied.result).toMatchObject({ failureReason: expect.stringMatching(/\/in answered 403/) })
  const apart = await logIn({
    ...site,
    '/in': '<p role="alert">Invalid user or password</p><a href="/">Try again</a>',
  })
  expect(apart.result).toMatchObject({
    failureReason: expect.stringMatching(/Invalid user or password/),
  })
})

test('a page to log in and to sign up', async () => {
  const signUp =
    '<form><label>E-mail <input name="e"></label><label>Password <input type="password"></label><button>Sign up</button></form>'
  const site = siteWith(FORMS[0]?.[1] ?? '')
  expect((await logIn({ ...site, '/': `${signUp}${String(site['/'])}` })).result.status).toBe(
    'completed',
  )
})

test('a banner over the button is named, not clicked through', async () => {
  const site = siteWith(FORMS[0]?.[1] ?? '')
  const covered = `${String(site['/'])}<div class="cookies" style="position:fixed;inset:0">Cookies!</div>`
  expect((await logIn({ '/': covered })).result).toMatchObject({
    failureReason: expect.stringMatching(
      /“Log in” is covered by another element \(<div .*class="cookies"/,
    ),
  })
})

test('somebody who is logged in already is told so, and a newsletter is no login', async () => {
  const { result } = await logIn(
    { '/': `${HOME}<label>E-mail <input type="email"></label><button>Subscribe</button>` },
    'Log in as bob',
  )
  expect(result).toMatchObject({
    failureReason: expect.stringMatching(/no login form.*logged in already: there is “Log out”/),
  })
})

test('a password that the site never asks for is a failure, not a success', async () => {
  const form = '<label>User name <input name="u"></label><button>Log in</button>'
  const site: Site = { ...siteWith(form), '/in': 'Location: /home; sid=1' }
  const { result } = await logIn(site)
  expect(result).toMatchObject({
    failureReason: expect.stringMatching(/never asked for the password/),
  })
})

test('a code by text message is out of reach', async () => {
  const site: Site = {
    ...siteWith(FORMS[0]?.[1] ?? ''),
    '/home': '<label>Code <input autocomplete="one-time-code"></label>',
  }
  expect((await logIn(site)).result).toMatchObject({
    failureReason: expect.stringMatching(/asks for a code \(“Code”\)/),
  })
})

test('a password typed into a field of any name is masked from then on', async () => {
  const page = `<label>Losung <input type="password" oninput="document.querySelector('dd').textContent = this.value"></label><dl><dt>Echo</dt><dd>-</dd></dl>`
  const { result, log } = await logIn(
    { '/': page },
    'Type swordfish into Losung and extract the echo',
  )
  expect(result).toMatchObject({ status: 'completed', output: '•••' })
  expect(log.join()).not.toContain('swordfish')
})

async function output(prompt: string): Promise<unknown> {
  const { result } = await stand.tell(prompt)
  return result.status === 'completed' ? result.output : result.failureReason
}

test('the demo site, from login to logout, with the session going on between tasks', async () => {
  const { url, close } = await startDemoSite()
  onTestFinished(close)
  expect(await output(`Open ${url}/invoices and log in with username demo@example.com`)).toBeNull()
  const all = await output('Go to the invoices page and extract all invoice numbers')
  expect(all).toHaveLength(23)
  expect(all).toContain('INV-0023')
  expect(await output('Extract all open invoice numbers')).toEqual([
    'INV-0003',
    'INV-0008',
    'INV-0013',
    'INV-0018',
    'INV-0023',
  ])
  expect(await output('Extract the status of INV-0002')).toBe('Overdue')
  expect(await output('Go to the dashboard page and extract the outstanding amount')).toMatch(
    /^\$[\d,]+\.\d\d$/,
  )
  expect(await output('Press Log out and extract the heading')).toBe('Log in')
})
