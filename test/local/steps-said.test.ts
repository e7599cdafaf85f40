/** What the site or the browser says of a failure is what the run says, and no picture of it shows a secret. */
import { describe, expect, test } from 'vitest'
import { useBrowser, type Site } from '../support/browser.ts'
import { serve } from './support.ts'

const stand = useBrowser()

/** A site that refuses every log-in, and says why in a box without a role on the page that it leads back to. */
function refusing(says: (typed: string) => string): Site {
  let flash = ''
  return {
    '/': () => `${flash}<h1>Login Page</h1><p>Your password is never invalid here: enter tom.</p>
      <form method="post" action="/in"><label>Username <input name="u"></label>
      <label>Password <input name="p" type="password"></label><button>Login</button></form>`,
    '/in': (_, body) => {
      flash = `<div id="flash">${says(new URLSearchParams(body).get('p') ?? '')} <a href="#">×</a></div>`
      return 'Location: /'
    },
  }
}

test('the reason of a failed log-in is what the page says after it, not what it says always', async () => {
  const site = refusing(() => 'Your password is invalid!')
  const { result } = await stand.on(site, 'Log in with username tom and password "nope-12"')
  expect(result).toMatchObject({
    status: 'failed',
    failureReason: expect.stringContaining('Your password is invalid!'),
  })
  expect(JSON.stringify(result)).not.toContain('never invalid')
})

async function picture(site: string | Site, prompt: string): Promise<string> {
  await stand.on(site, prompt)
  const page = stand.context().pages().at(-1)
  await page?.evaluate('document.activeElement.blur()')
  const shot = await page?.screenshot({ caret: 'hide', animations: 'disabled' })
  await page?.close()
  return shot?.toString('base64') ?? ''
}

describe('two secrets of one length leave the same picture', () => {
  test.each([
    ['of a failed log-in', (typed: string) => `No account has the password ${typed}`],
    [
      'echoed in capitals and in pieces',
      (typed: string) => `<b>No: </b>${typed.toUpperCase().replace('-', '<i>-</i>')}`,
    ],
  ])('%s', async (_, says) => {
    const shown = (secret: string): Promise<string> =>
      picture(refusing(says), `Log in with username tom and password "${secret}"`)
    const first = await shown('wwww-1111')
    expect(first).not.toBe('')
    expect(await shown('iiii-2222')).toBe(first)
    // A text that is not secret shows.
    expect(
      await picture(
        refusing(() => 'wwww'),
        'Wait 0 seconds',
      ),
    ).not.toBe(first)
  })

  test('typed into a field that shows it', async () => {
    const page = `<label>PIN <input type="password" onchange="this.type = 'text'; o.value = value"></label><output id="o"></output>`
    const shown = (secret: string): Promise<string> =>
      picture(page, `Type "${secret}" into PIN and press Enter`)
    expect(await shown('iiii-2222')).toBe(await shown('wwww-1111'))
  })
})

async function reason(url: string, prompt = 'Extract the total'): Promise<string> {
  const { result } = await stand.tell(prompt, { url })
  return result.status === 'failed' ? result.failureReason : JSON.stringify(result.output)
}

describe('what the browser or the server says', () => {
  test('a log-in that the server wants from the browser itself', async () => {
    const url = await serve((_, response) => {
      response
        .writeHead(401, { 'www-authenticate': 'Basic realm="x"' })
        .end('<dl><dt>Total<dd>1</dl>')
    })
    expect(await reason(url)).toMatch(/answered 401 .*asks for a log-in of the browser/)
  })

  test('a navigation that the browser blocks, at the start and in a step', async () => {
    const url = await stand.open({ '/': '<a href="/off">Off</a>', '/off': 'x' })
    await stand.context().route('**/off', (route) => route.abort('blockedbyclient'))
    expect(await reason(`${url}/off`)).toBe(
      `${url}/off could not be opened: the browser blocked it (net::ERR_BLOCKED_BY_CLIENT).`,
    )
    expect(await reason(url, 'Press Off')).toContain('the browser blocked it')
  })

  test('an address that is a download, one without content, one where nothing listens', async () => {
    const url = await serve(({ url: path }, response) => {
      const headers = {
        'content-type': 'application/zip',
        'content-disposition': 'attachment; filename="a.zip"',
      }
      if (path === '/file') response.writeHead(200, headers).end('zip')
      else response.writeHead(204).end()
    })
    expect(await reason(`${url}/file`)).toMatch(
      /\/file could not be opened: it is a download, not a page/,
    )
    expect(await reason(`${url}/none`)).toMatch(
      /\/none could not be opened: the answer does not contain a page/,
    )
    expect(await reason('http://127.0.0.1:9/')).toMatch(/nothing is listening there|UNSAFE_PORT/)
    expect(await reason('about:blank')).toMatch(/Only http/)
  })
})
