/**
 * The site that the tasks of the contract suite work on: a login with a user name alone, and invoices for those who are
 * logged in. It sets two cookies, one for the browser's lifetime and one for a day, because profiles may keep the one and
 * lose the other. `/slow` takes its time to answer, so that a run on it can be waited for or cancelled.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export interface Site {
  url: string
  stop: () => Promise<void>
}

/** What `/members` takes as a password, of anybody. */
export const password = 'correct-horse-9'

/** The numbers on the invoices page, in its order. */
export const invoiceNumbers = ['INV-1001', 'INV-1002', 'INV-1003']

export async function startSite(): Promise<Site> {
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const stop = async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${address.port}`, stop }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site')
  // `/remembered` asks for the cookie that lasts a day, every other page for the one of the session.
  const cookie = pathname === '/remembered' ? /remembered=([^;]+)/ : /user=([^;]+)/
  const user = request.headers.cookie?.match(cookie)?.[1]
  if (pathname === '/login' && request.method === 'POST') return logIn(request, response)
  if (pathname === '/members' && request.method === 'POST')
    return logIn(request, response, password)
  if (pathname === '/members') return send(response, 'Log in', memberForm)
  if (pathname === '/slow') {
    const timer = setTimeout(
      () => send(response, 'Slow', ''),
      Number(searchParams.get('seconds')) * 1000,
    )
    response.once('close', () => clearTimeout(timer))
    return
  }
  if (pathname === '/login') return send(response, 'Log in', loginForm)
  if (user === undefined)
    return send(response, 'Log in', `<p role="status">Please log in.</p>${loginForm}`)
  const greeting = `<p>Signed in as ${decodeURIComponent(user)}</p>`
  if (pathname === '/invoices' || pathname === '/remembered')
    return send(response, 'Invoices', greeting + invoices)
  send(response, 'Home', `${greeting}<nav><a href="/invoices">Invoices</a></nav>`)
}

async function logIn(
  request: IncomingMessage,
  response: ServerResponse,
  wanted?: string,
): Promise<void> {
  const form = new URLSearchParams(await text(request))
  const user = form.get('username') ?? ''
  const isRight = wanted === undefined || form.get('password') === wanted
  if (!user.endsWith('@example.com') || !isRight) {
    const again = wanted === undefined ? loginForm : memberForm
    return send(response, 'Log in', `<p role="alert">No such account.</p>${again}`)
  }
  const value = encodeURIComponent(user)
  const cookies = [`user=${value}; Path=/`, `remembered=${value}; Path=/; Max-Age=86400`]
  response.writeHead(303, { location: '/', 'set-cookie': cookies }).end()
}

const loginForm = `<form method="post" action="/login">
<label>Username <input name="username" autocomplete="username"></label>
<button type="submit">Log in</button>
</form>`

const memberForm = `<form method="post" action="/members">
<label>Username <input name="username" autocomplete="username"></label>
<label>Password <input type="password" name="password"></label>
<button type="submit">Log in</button>
</form>`

const invoices = `<table>
<thead><tr><th>Invoice number</th><th>Total</th></tr></thead>
<tbody>${invoiceNumbers.map((number, row) => `<tr><td>${number}</td><td>${row + 1}0.00</td></tr>`).join('')}</tbody>
</table>`

function send(response: ServerResponse, title: string, body: string): void {
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(
    `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>${body}</html>`,
  )
}
