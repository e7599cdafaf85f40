/** The CDP address of a session: what clients may do with its browser, and what they may not. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { attach, attempt } from '../support/cdp.ts'
import type { RawClient } from '../support/cdp.ts'
import { browsersOf, eventually, finalRun, memorySite, serve, shareLocal } from './support.ts'

const shared = shareLocal()

async function addressOf(id: string): Promise<string> {
  const { body } = await shared().call('GET', `/v1/browser_sessions/${id}`)
  return String(body['browser_address'])
}

async function connect(address: string, headers = {}): Promise<Browser> {
  const browser = await chromium.connectOverCDP(address, { headers })
  onTestFinished(() => browser.close())
  return browser
}

async function rawClient(id: string): Promise<RawClient> {
  const client = await attach(await addressOf(id))
  onTestFinished(() => client.socket.terminate())
  return client
}

test('a task, Playwright and a task again work in one browser', async () => {
  const { run, session } = shared()
  const site = await memorySite()
  const id = await session()
  await run({ prompt: 'Extract the cookies', url: `${site}/enter`, browser_session_id: id })

  const browser = await connect(await addressOf(id))
  const [context] = browser.contexts()
  const [page] = context?.pages() ?? []
  expect(page?.url()).toBe(`${site}/enter`)
  expect(await page?.textContent('dd')).toBe('none')
  await context?.addCookies([{ name: 'from', value: 'client', url: site }])
  await page?.goto(`${site}/`)

  const after = await run({ prompt: 'Extract the cookies', browser_session_id: id })
  expect(after['output']).toBe('brief=yes from=client lasting=yes')
})

test('clients attach by address, by key, by an http address; each sees what the others do', async () => {
  const { backend, idleSession } = shared()
  const address = await addressOf(await idleSession())
  const bare = address.replace(/\?.*/, '')
  const clients = await Promise.all([
    connect(address),
    connect(bare, { 'x-api-key': backend.apiKey }),
    connect(address, { 'x-api-key': backend.apiKey }),
    connect(address.replace('ws:', 'http:')),
    connect(bare.replace('ws:', 'http:'), { 'x-api-key': backend.apiKey }),
  ])
  const pages = clients.map((client) => client.contexts()[0]?.pages()[0])
  await pages[0]?.goto('data:text/html,<title>first</title>')
  for (const page of pages) {
    await page?.waitForURL('data:text/html,<title>first</title>')
    expect(await page?.title()).toBe('first')
  }
})

test("a client's own context is its own: a task does not work in it, and it goes with the client", async () => {
  const { run, session } = shared()
  const site = await memorySite()
  const id = await session({ url: `${site}/enter` })
  const browser = await connect(await addressOf(id))
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${site}/`)
  expect(await page.textContent('dd')).toBe('none')
  const popup = page.waitForEvent('popup')
  await page.evaluate((url) => void window.open(url), site)
  await (await popup).waitForLoadState()

  const done = await run({
    prompt: `Open ${site}/ and extract the cookies`,
    browser_session_id: id,
  })
  expect(done['output']).toBe('brief=yes lasting=yes')
  await browser.close()
  const { targetInfos } = await (await rawClient(id)).send('Target.getTargets')
  expect(targetInfos).toHaveLength(1)
})

test('downloads stay those of the session, while clients are attached and after they have left', async () => {
  const { call, run, session } = shared()
  const site = await serve((request, response) => {
    const isFile = request.url === '/file'
    const headers = isFile
      ? { 'content-type': 'text/plain', 'content-disposition': 'attachment; filename=report.txt' }
      : { 'content-type': 'text/html' }
    response.writeHead(200, headers).end(isFile ? 'all of it' : '<a href="/file">Report</a>')
  })
  const id = await session({ url: site })
  const task = { prompt: 'Press Report. Wait 1 second', browser_session_id: id }
  const browser = await connect(await addressOf(id))
  const raw = await rawClient(id)
  const elsewhere = { behavior: 'allow', downloadPath: '/tmp', eventsEnabled: true }
  await raw.send('Browser.setDownloadBehavior', elsewhere)
  const got = { status: 'completed', downloaded_files: [{ filename: 'report.txt', file_size: 9 }] }
  expect(await run(task)).toMatchObject(got)
  await browser.close()
  raw.socket.close()
  await raw.closed
  expect(await run(task)).toMatchObject(got)

  const other = await rawClient(id)
  const page = await other.page()
  await other.send('Browser.setDownloadBehavior', elsewhere)
  const here = other.send('Page.setDownloadBehavior', elsewhere, page)
  await expect(here).rejects.toThrow('downloaded_files')
  await other.send('Page.navigate', { url: `${site}/file` }, page)
  await eventually(() =>
    other.events.find(({ method, params }) => {
      return method === 'Browser.downloadProgress' && params['state'] === 'completed'
    }),
  )
  await eventually(async () => {
    const { body } = await call('GET', `/v1/browser_sessions/${id}`)
    return (body['downloaded_files'] as unknown[]).length === 3 || undefined
  })
})

test('a client can neither end the browser nor reach past it', async () => {
  const client = await rawClient(await shared().idleSession())
  const urls = [
    'file:///etc/passwd',
    ' \tfile:///etc/passwd',
    'FILE:/etc/passwd',
    'view-source:file:///etc/passwd',
    'chrome://version',
    'about:version',
    'devtools://devtools/bundled/inspector.html',
    ['file:///etc/passwd'],
  ]
  for (const [method, params] of [
    ['Browser.crash', {}],
    ['Browser.crashGpuProcess', {}],
    ['Target.disposeBrowserContext', { browserContextId: 'default' }],
    ...urls.map((url) => ['Target.createTarget', { url }] as const),
    ['Target.createBrowserContext', { originsWithUniversalNetworkAccess: ['http://a.example'] }],
    ['Target.sendMessageToTarget', { message: '{"id":1,"method":"Browser.close"}' }],
    ['Target.setRemoteLocations', { locations: [{ host: '127.0.0.1', port: 1 }] }],
    ['Extensions.loadUnpacked', { path: '/tmp' }],
    ['Tethering.bind', { port: 9222 }],
  ] as const) {
    await expect(client.send(method, params), method).rejects.toThrow(/client|Attach with|session/i)
  }
  expect(await client.send('Browser.getVersion')).toHaveProperty('product')
})

test('a page cannot be led to files of the machine, nor be given any', async () => {
  const client = await rawClient(await shared().idleSession())
  const page = await client.page()
  const evaluate = async (expression: string): Promise<unknown> => {
    const options = { expression, awaitPromise: true, returnByValue: true }
    const { result } = await client.send('Runtime.evaluate', options, page)
    return (result as { value: unknown }).value
  }
  for (const [method, params] of [
    ['Page.navigate', { url: 'file:///etc/passwd' }],
    ['Page.navigate', { url: 'about:version' }],
    ['Network.loadNetworkResource', { url: 'file:///etc/passwd', options: {} }],
    ['Input.dispatchDragEvent', { type: 'drop', x: 1, y: 1, data: { files: ['/etc/passwd'] } }],
    ['DOM.setFileInputFiles', { files: ['/etc/passwd'], objectId: '1' }],
    ['Target.exposeDevToolsProtocol', { targetId: 'x' }],
  ] as const) {
    await expect(client.send(method, params, page), method).rejects.toThrow(/client of a|cannot/)
  }
  await client.send('Page.navigate', { url: 'data:text/html,<title>page</title>' }, page)
  await evaluate('new Promise((done) => setTimeout(done, 100))')
  expect(await evaluate('void (location.href = "file:///etc/passwd"), document.title')).toBe('page')
  const read = 'fetch("file:///etc/passwd").then((r) => r.text(), () => "refused")'
  expect(await evaluate(read)).toBe('refused')
  expect(await evaluate('location.protocol')).toBe('data:')
})

test('sessions of others are not there for a client', async () => {
  const id = await shared().idleSession()
  const [one, two] = [await rawClient(id), await rawClient(id)]
  const page = await one.page()
  const foreign = two.send('Runtime.evaluate', { expression: '1' }, page)
  await expect(foreign).rejects.toThrow('Session with given id not found')
  const made = await one.send('Target.createBrowserContext')
  const away = two.send('Target.disposeBrowserContext', made)
  await expect(away).rejects.toThrow('Only the client that created')
  await one.send('Target.disposeBrowserContext', made)
})

test('a client that closes the browser goes itself; the session and the others stay', async () => {
  const { call, idleSession } = shared()
  const id = await idleSession()
  const [closing, staying] = [await rawClient(id), await rawClient(id)]
  expect(await closing.send('Browser.close')).toEqual({})
  expect(await closing.closed).toEqual({ code: 1000, reason: 'Left. The session stays open.' })
  expect(await staying.send('Browser.getVersion')).toHaveProperty('product')
  const { body } = await call('GET', `/v1/browser_sessions/${id}`)
  expect(body['status']).toBe('running')
})

test('closing every page does not end a session: the next task opens one', async () => {
  const { run, session } = shared()
  const site = await memorySite()
  const id = await session({ url: `${site}/enter` })
  const browser = await connect(await addressOf(id))
  for (const page of browser.contexts()[0]?.pages() ?? []) await page.close()
  const next = await run({
    prompt: `Open ${site}/ and extract the cookies`,
    browser_session_id: id,
  })
  expect(next['output']).toBe('brief=yes lasting=yes')
})

test('a dialog is left to the client; one that nobody answers is dismissed when a run or nobody is left', async () => {
  const { run, idleSession } = shared()
  const id = await idleSession()
  const client = await rawClient(id)
  const page = await client.page()
  await client.send('Page.enable', {}, page)
  const ask = (): Promise<unknown> =>
    client.send('Runtime.evaluate', { expression: 'prompt("Name?")' }, page)
  const opened = (count: number): Promise<true> =>
    eventually(() => {
      const seen = client.events.filter(({ method }) => method === 'Page.javascriptDialogOpening')
      return seen.length === count ? true : undefined
    })
  const first = ask()
  await opened(1)
  await client.send('Page.handleJavaScriptDialog', { accept: true, promptText: 'Ada' }, page)
  expect(await first).toMatchObject({ result: { value: 'Ada' } })

  const second = ask()
  await opened(2)
  const url = await serve((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<dl><dt>Total</dt><dd>12</dd></dl>')
  })
  const done = await run({ prompt: 'Extract the total', browser_session_id: id, url })
  expect(done).toMatchObject({ status: 'completed', output: '12' })
  expect(await second).toMatchObject({ result: { value: null } })
})

test('a navigation of a client in the middle of a run leaves the run to say what it misses', async () => {
  const { call, idleSession } = shared()
  const id = await idleSession()
  const client = await rawClient(id)
  const page = await client.page()
  await client.send('Page.navigate', { url: await memorySite() }, page)
  const { body } = await call('POST', '/v1/run/tasks', {
    prompt: 'Wait 1 second. Press Save',
    browser_session_id: id,
    engine: 'skyvern-2.0',
  })
  await client.send('Page.navigate', { url: 'about:blank' }, page)
  const run = await finalRun(call, String(body['run_id']))
  expect(run).toMatchObject({ status: 'failed', failure_reason: expect.stringContaining('Save') })
})

test('the end of a session closes the sockets with its reason; its address answers 410 from then on', async () => {
  const { folder, call, session } = shared()
  const [closed, crashed] = [await session(), await session()]
  const client = await rawClient(closed)
  await call('POST', `/v1/browser_sessions/${closed}/close`)
  const reason = `Browser session ${closed} is closed. Create a new browser session and retry.`
  expect(await client.closed).toEqual({ code: 4410, reason })
  const late = await attempt(await addressOf(closed))
  expect(late.status).toBe(410)
  expect(late.body).toContain(`${closed} is no longer usable (status: completed)`)
  const late2 = chromium.connectOverCDP((await addressOf(closed)).replace('ws', 'http'))
  await expect(late2).rejects.toThrow('410')

  const other = await rawClient(crashed)
  const [browser] = browsersOf(folder, crashed).sort((a, b) => a - b)
  process.kill(browser ?? 0, 'SIGKILL')
  expect(await other.closed).toMatchObject({ code: 4410 })
})

test('what is not a command is answered or ends the client, and nothing else', async () => {
  const id = await shared().idleSession()
  const client = await rawClient(id)
  for (const text of [
    '',
    'null',
    '[]',
    '{"id":1}',
    '{"id":"1","method":"Browser.getVersion"}',
    '{"id":1,"method":"Page.navigate","params":null}',
    '{"id":1,"method":"Browser.getVersion","sessionId":7}',
    '['.repeat(100_000),
  ]) {
    client.socket.send(text)
  }
  await expect(client.send('__proto__')).rejects.toThrow("'__proto__' wasn't found")
  const binary = await rawClient(id)
  binary.socket.send(Buffer.from('{}'))
  expect(await binary.closed).toMatchObject({ code: 1003 })
  const huge = await rawClient(id)
  huge.socket.send('x'.repeat(65 * 1024 * 1024))
  expect(await huge.closed).toMatchObject({ code: 1009 })
  expect(await client.send('Browser.getVersion')).toHaveProperty('product')
})

test('a client that floods or does not read holds nobody else up', async () => {
  const { folder, run, session } = shared()
  const site = await memorySite()
  const id = await session({ url: `${site}/enter` })
  const flooding = await rawClient(id)
  const page = await flooding.page()
  const deaf = await rawClient(id)
  const own = await deaf.send('Target.createBrowserContext')
  const target = await deaf.send('Target.createTarget', { url: 'about:blank', ...own })
  const attached = await deaf.send('Target.attachToTarget', { ...target, flatten: true })
  const deafPage = String(attached['sessionId'])
  deaf.socket.pause()
  for (let count = 0; count < 2_000; count += 1) {
    flooding.send('Runtime.evaluate', { expression: '1' }, page).catch(() => {})
  }
  for (let count = 0; count < 8; count += 1) {
    const expression = '"x".repeat(8_000_000)'
    deaf.send('Runtime.evaluate', { expression, returnByValue: true }, deafPage).catch(() => {})
  }
  const done = await run({
    prompt: `Open ${site}/ and extract the cookies`,
    browser_session_id: id,
  })
  expect(done['output']).toBe('brief=yes lasting=yes')
  const log = join(folder, 'daemon.log')
  await eventually(
    () => readFileSync(log, 'utf8').includes(`${id} client left (1006)`) || undefined,
  )
  deaf.socket.resume()
  expect(await deaf.closed).toMatchObject({ code: 1006 })
})
