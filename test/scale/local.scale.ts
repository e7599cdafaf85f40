/** A map on the embedded backend, in real browsers: each row does one thing on a site, and a tenth of its pages fail. */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCli } from '../support/cli.ts'
import type { Cli } from '../support/cli.ts'
import { completed, linesOf } from '../support/map.ts'

const ROWS = 50
const PROMPT = 'Click the "Confirm order" button, then extract the status'

test('50 rows over 4 browsers, a kill -9, a tenth of the pages fails: each order confirmed once', async () => {
  const shop = await startShop()
  const cli = createCli({ SKYVERN_LOCAL: '1' })
  onTestFinished(async () => void (await cli.run(['local', 'stop'])))
  const [table, results] = [join(cli.folder, 'rows.csv'), join(cli.folder, 'out.jsonl')]
  const keys = Array.from({ length: ROWS }, (_, at) => String(at))
  writeFileSync(table, ['id', ...keys].join('\n'))
  const where = ['--url', `${shop.url}/order?row={id}`, '--results', results]
  const args = ['task', 'map', table, PROMPT, '--key', 'id', '--retries', '0', ...where]

  await killAfter(cli, args, () => shop.confirmed.length >= 10)
  const first = await cli.run(args)
  expect(first, first.stderr).toMatchObject({ code: 3, stdout: '' })
  expect(first.stderr).toContain(`5 of ${ROWS} rows failed`)
  expect(completed(results)).toHaveLength(ROWS - 5)

  shop.isBroken = false
  const second = await cli.run([...args, '--retry-failed'])
  expect(second, second.stderr).toMatchObject({ code: 0, stdout: '' })
  expect(completed(results)).toEqual(keys.toSorted())
  expect(shop.confirmed.toSorted()).toEqual(keys.toSorted())
  const outputs = linesOf(results).flatMap(({ status, key, output }) =>
    status === 'completed' ? [[key, output]] : [],
  )
  for (const [key, output] of outputs) expect(JSON.stringify(output)).toContain(`shipped-${key}`)
  expect((await cli.run(['session', 'list', '--json'])).json).toEqual([])
})

async function killAfter(cli: Cli, args: string[], isTime: () => boolean): Promise<void> {
  const { child } = cli.start(args)
  while (!isTime() && child.exitCode === null) await new Promise((done) => setTimeout(done, 50))
  child.kill('SIGKILL')
  await once(child, 'close')
}

interface Shop {
  url: string
  /** The row of each order that was confirmed, as often as it was. */
  confirmed: string[]
  isBroken: boolean
}

async function startShop(): Promise<Shop> {
  const shop: Shop = { url: '', confirmed: [], isBroken: true }
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop')
    const row = searchParams.get('row') ?? ''
    response.setHeader('content-type', 'text/html')
    if (pathname === '/confirm') {
      shop.confirmed.push(row)
      response.end(`<h1>Order ${row}</h1><dl><dt>Status</dt><dd>shipped-${row}</dd></dl>`)
    } else if (pathname === '/order' && !(shop.isBroken && row.endsWith('3'))) {
      response.end(
        `<form method=post action="/confirm?row=${row}"><button>Confirm order</button></form>`,
      )
    } else response.writeHead(503).end('<h1>Out of order</h1>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  shop.url = `http://127.0.0.1:${address.port}`
  return shop
}
