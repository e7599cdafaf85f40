/** Playwright and Puppeteer, as npm has them. */
import { beforeAll } from 'vitest'
import { does } from './clients.ts'
import type { Client } from './clients.ts'
import { installNodeClients, NODE_CLIENTS } from './install.ts'

let cwd = ''
beforeAll(async () => {
  cwd = await installNodeClients()
}, 300_000)

const node = (name: keyof typeof NODE_CLIENTS, head: string) => (): Client => ({
  name: `${name} ${NODE_CLIENTS[name]}`,
  command: (code) => ({
    file: process.execPath,
    args: ['--input-type=module', '-e', head + code],
    cwd,
  }),
})

const playwright = node(
  'playwright-core',
  `import { chromium } from 'playwright-core'
const { ADDRESS, SITE, SKYVERN_API_KEY } = process.env
const attach = (address = ADDRESS, options) => chromium.connectOverCDP(address, options)
const pageOf = (browser) => browser.contexts()[0].pages()[0]
`,
)

does(
  'Playwright attaches by the address, reads and clicks',
  playwright,
  `const browser = await attach()
console.log(await pageOf(browser).textContent('h1'))
await browser.close()`,
  ['Hello'],
)

does(
  'Playwright attaches by the header, and by an http address',
  playwright,
  `const [bare] = ADDRESS.split('?')
const headers = { 'x-api-key': SKYVERN_API_KEY }
for (const address of [bare, bare.replace('ws:', 'http:')]) {
  const browser = await attach(address, { headers })
  console.log(await pageOf(browser).title())
  await browser.close()
}`,
  ['Client', 'Client'],
)

does(
  'two Playwrights at once work on one page',
  playwright,
  `const [one, two] = await Promise.all([attach(), attach()])
await pageOf(one).goto(SITE + '/?one')
await pageOf(two).waitForURL(SITE + '/?one')
await pageOf(two).evaluate(() => void (document.title = 'changed'))
console.log(await pageOf(one).title())
await one.close()
console.log(await pageOf(two).title())
await two.close()`,
  ['changed', 'changed'],
)

does(
  'a context of its own has its own cookies, and goes with the client',
  playwright,
  `const browser = await attach()
const page = await (await browser.newContext()).newPage()
await page.goto(SITE)
console.log(await page.textContent('#sent'))
await pageOf(browser).reload()
console.log(await pageOf(browser).textContent('#sent'))
await browser.close()`,
  ['none', 'seen=yes'],
)

does(
  'a download is announced and whole',
  playwright,
  `const browser = await attach()
const page = pageOf(browser)
const [download] = await Promise.all([page.waitForEvent('download'), page.click('#file')])
console.log(download.suggestedFilename(), await download.failure())
await browser.close()`,
  ['report.txt null'],
  'the file is with the session (`downloaded_files`, `session download`), and `saveAs` finds none',
)

does(
  'a dialog is answered',
  playwright,
  `const browser = await attach()
const page = pageOf(browser)
page.on('dialog', (dialog) => dialog.accept('Ada'))
await page.click('#ask')
console.log(await page.title())
await browser.close()`,
  ['Ada'],
)

does(
  'a page that crashes is told, and the browser goes on',
  playwright,
  `const browser = await attach()
const page = await browser.contexts()[0].newPage()
const crashed = new Promise((resolve) => page.once('crash', resolve))
const session = await browser.contexts()[0].newCDPSession(page)
session.send('Page.crash').catch(() => {})
await crashed
const next = await browser.contexts()[0].newPage()
await next.goto(SITE)
console.log(await next.title())
await browser.close()`,
  ['Client'],
)

does(
  'a file is put into a page',
  playwright,
  `const browser = await attach()
const page = pageOf(browser)
await page.setInputFiles('input', { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('x') })
console.log(await page.evaluate(() => document.querySelector('input').files[0].name))
await browser.close()`,
  ['a.txt'],
)

const puppeteer = node(
  'puppeteer-core',
  `import puppeteer from 'puppeteer-core'
const { ADDRESS, SITE, SKYVERN_API_KEY } = process.env
const attach = (options) => puppeteer.connect({ browserWSEndpoint: ADDRESS, defaultViewport: null, ...options })
const pageOf = async (browser) => (await browser.pages())[0]
`,
)

does(
  'Puppeteer attaches by the address, and by the header',
  puppeteer,
  `for (const options of [{}, { browserWSEndpoint: ADDRESS.split('?')[0], headers: { 'x-api-key': SKYVERN_API_KEY } }]) {
  const browser = await attach(options)
  console.log(await (await pageOf(browser)).title())
  await browser.disconnect()
}`,
  ['Client', 'Client'],
)

does(
  'Puppeteer and Playwright work on one page',
  puppeteer,
  `import { chromium } from 'playwright-core'
const [one, two] = await Promise.all([attach(), chromium.connectOverCDP(ADDRESS)])
await (await pageOf(one)).goto(SITE + '/?one')
await two.contexts()[0].pages()[0].waitForURL(SITE + '/?one')
console.log(await two.contexts()[0].pages()[0].title())
await two.close()
console.log(await (await pageOf(one)).title())
await one.disconnect()`,
  ['Client', 'Client'],
)

does(
  'a context of its own, and a dialog',
  puppeteer,
  `const browser = await attach()
const page = await (await browser.createBrowserContext()).newPage()
await page.goto(SITE)
page.on('dialog', (dialog) => dialog.accept('Ada'))
await page.click('#ask')
console.log(await page.$eval('#sent', (node) => node.textContent), await page.title())
await browser.disconnect()`,
  ['none Ada'],
)

does(
  'closing the browser detaches',
  puppeteer,
  `const browser = await attach()
await browser.close()
const again = await attach()
console.log(await (await pageOf(again)).title())
await again.disconnect()`,
  ['Client'],
  'the session stays open: it ends by the API alone',
)

does(
  'a path of this machine is refused for a file input',
  puppeteer,
  `const browser = await attach()
const input = await (await pageOf(browser)).$('input')
console.log(await input.uploadFile(process.execPath).then(() => 'taken', () => 'refused'))
await browser.disconnect()`,
  ['refused'],
  'Puppeteer hands the path to the browser, which may not read files of its machine for a client',
)
