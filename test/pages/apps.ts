/** Serves the applications on loopback. */
import { spawn } from 'node:child_process'
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cache } from './cache.ts'
import { WIDGETS } from './widgets.ts'

export interface Apps {
  /** Where each application is, by the name that the prompts use. */
  urls: Record<string, string>
  close(): void
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
}

export async function startApps({ modules, miniwob, python }: Cache): Promise<Apps> {
  const data = mkdtempSync(join(tmpdir(), 'skyvern-pages-'))
  const files = await serveFiles([
    ['/wob/', miniwob],
    ['/npm/', modules],
  ])
  const [django, flask, red] = await Promise.all([freePort(), freePort(), freePort()])
  const sites = join(import.meta.dirname, 'sites')
  // What nobody reads would fill a pipe, and stop the site.
  const stdio = 'ignore'
  const children = [
    spawn(python, [join(sites, 'django_site.py'), String(django), join(data, 'shop.sqlite')], {
      stdio,
    }),
    spawn(python, [join(sites, 'flask_site.py'), String(flask)], { stdio }),
    spawn(
      process.execPath,
      [
        join(modules, 'node-red', 'red.js'),
        '-u',
        data,
        '-s',
        join(sites, 'node-red.cjs'),
        '-p',
        String(red),
      ],
      { stdio },
    ),
  ]
  const base = `http://127.0.0.1:${(files.address() as AddressInfo).port}`
  const urls = {
    files: base,
    django: `http://127.0.0.1:${django}/admin/`,
    flask: `http://127.0.0.1:${flask}/admin/`,
    'node-red': `http://127.0.0.1:${red}/`,
  }
  await Promise.all(Object.values(urls).slice(1).map(answers))
  const close = (): void => {
    for (const child of children) child.kill()
    files.close()
    rmSync(data, { recursive: true, force: true, maxRetries: 10 })
  }
  return { urls, close }
}

async function serveFiles(roots: [prefix: string, folder: string][]): Promise<Server> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://files').pathname)
    const page = WIDGETS[path.slice(1)]
    if (page !== undefined) return response.setHeader('content-type', 'text/html').end(page)
    const [prefix, folder] = roots.find(([start]) => path.startsWith(start)) ?? []
    const file = join(folder ?? '/nowhere', normalize(path.slice(prefix?.length ?? 0)))
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return response.writeHead(404).end()
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream')
    return createReadStream(file).pipe(response)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return server
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function answers(url: string): Promise<void> {
  const end = Date.now() + 60_000
  while (Date.now() < end) {
    if ((await fetch(url).catch(() => undefined))?.status) return
    await sleep(200)
  }
  throw new Error(`${url} does not answer.`)
}
