/**
 * The demo site: the back office of a small web shop, with a log-in by user name alone and three pages of invoices. A
 * cookie holds the log-in, so the site shows whether a session really continues in the same browser.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dashboardPage, invoicesPage, loginPage, notFoundPage } from './demo-pages.ts'

const COOKIE = 'demo_session'
const LARGEST_FORM = 10_000

/** Listens on 127.0.0.1, on any free port by default. */
export async function startDemoSite(port = 0): Promise<{ url: string; close(): Promise<void> }> {
  const users = new Map<string, string>()
  const server = createServer((request, response) => {
    answer(users, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: own } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${own}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  users: Map<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://demo')
  const session = sessionOf(request)
  const user = users.get(session)
  if (pathname === '/login') {
    if (request.method === 'POST') return logIn(users, request, response)
    return user === undefined ? page(response, 200, loginPage()) : redirect(response, '/')
  }
  if (user === undefined) return redirect(response, '/login')
  switch (pathname) {
    case '/':
      return page(response, 200, dashboardPage(user))
    case '/invoices':
      return page(response, 200, invoicesPage(user, Number(searchParams.get('page') ?? 1)))
    case '/logout':
      users.delete(session)
      return redirect(response, '/login', `${COOKIE}=; Path=/; Max-Age=0`)
    default:
      return page(response, 404, notFoundPage(user))
  }
}

async function logIn(
  users: Map<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const user = new URLSearchParams(await bodyOf(request)).get('user')?.trim() ?? ''
  if (user === '') return page(response, 400, loginPage('Enter a user name.'))
  const session = randomUUID()
  users.set(session, user)
  redirect(response, '/', `${COOKIE}=${session}; Path=/; HttpOnly; SameSite=Lax`)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) {
    body += String(chunk)
    if (body.length > LARGEST_FORM) throw new Error('form too large')
  }
  return body
}

function sessionOf({ headers }: IncomingMessage): string {
  const cookies = (headers.cookie ?? '').split('; ').map((cookie) => cookie.split('='))
  return cookies.find(([name]) => name === COOKIE)?.[1] ?? ''
}

function page(response: ServerResponse, status: number, html: string): void {
  response
    .writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(html)
}

function redirect(response: ServerResponse, location: string, cookie?: string): void {
  if (cookie !== undefined) response.setHeader('set-cookie', cookie)
  response.writeHead(303, { location }).end()
}
