import { expect, test } from 'vitest'
import type { ProxyLocation } from '../../src/api/types.ts'
import { parseProxy } from '../../src/options/proxy.ts'
import { cliFor, session, startApi } from '../support/api.ts'
import { createCli } from '../support/cli.ts'

const COUNTRIES = 'AR AU BR CA DE ES FR GB IE IN IT JP MX NL NZ PH KR SA TR ZA'.split(' ')

/** Several words for the same. */
const all = (words: string[], sent: ProxyLocation): [word: string, sent: ProxyLocation][] =>
  words.map((word) => [word, sent])

const WORDS = [
  ...all(['none', ' NONE ', 'off', 'Direct'], 'NONE'),
  ...all(['US', 'us', 'RESIDENTIAL', 'residential_us'], 'RESIDENTIAL'),
  ...all(['ISP', 'isp', 'RESIDENTIAL_ISP'], 'RESIDENTIAL_ISP'),
  ...all(['GB', 'uk', 'UK', 'RESIDENTIAL_UK', 'residential_gb'], 'RESIDENTIAL_GB'),
  ...COUNTRIES.flatMap((code) => all([code.toLowerCase()], `RESIDENTIAL_${code}`)),
  ...all(['US-CA', 'us_ca', 'US/CA', 'us/ca/'], { country: 'US', subdivision: 'CA' }),
  ...all(['US-TX'], { country: 'US', subdivision: 'TX' }),
  ...all(['US/CA/San Francisco'], { country: 'US', subdivision: 'CA', city: 'San Francisco' }),
  ...all(['uk//London'], { country: 'GB', city: 'London' }),
  ...all(['{"country":"de","city":"Berlin"}'], { country: 'DE', city: 'Berlin' }),
  ...all(['{"country":"US","subdivision":"us-ca"}'], { country: 'US', subdivision: 'CA' }),
  ...all(['"US-CA"'], 'US-CA'),
  ...all(['http://user:pass@proxy.example:3128'], { url: 'http://user:pass@proxy.example:3128' }),
  ...all(['{"country":"US","isISP":true}'], { country: 'US', isISP: true }),
  ...all(['socks5://proxy.example'], { url: 'socks5://proxy.example' }),
  ...all(['{"url":"http://proxy.example:1"}'], { url: 'http://proxy.example:1' }),
]

test.each(WORDS)('--proxy %j is sent as %j', (word, sent) => {
  expect(parseProxy(word)).toEqual(sent)
})

test.each([
  ['RESIDENTAL_GB', 'Did you mean RESIDENTIAL_GB?'],
  ['RESIDENTIAL_GX', 'Did you mean RESIDENTIAL_G'],
  ['CN', 'It takes a country (US, AR,'],
  ['RESIDENTIAL_CN', 'Did you mean RESIDENTIAL_'],
  ['China/Beijing', 'There are no proxies in "China"'],
  ['US/CA/San Francisco/Mission', 'It takes a country'],
  ['US/California-is-long', 'A state is a code of at most 10 letters'],
  [`US//${'x'.repeat(101)}`, 'at most 100'],
  ['', 'It takes a country'],
  ['{', 'not valid JSON'],
  ['{"country":"US","url":"http://x.example"}', 'not both'],
  ['{"city":"Paris"}', 'It takes {"country"'],
  ['[]', 'It takes a country'],
  ['null', 'It takes a country'],
  ['"us"', 'It takes a country'],
  ['http://', 'not a proxy URL'],
  ['ftp://proxy.example', 'It takes a country'],
])('--proxy %j is refused: %s', (word, reason) => {
  expect(() => parseProxy(word)).toThrow(reason)
})

test('a wrong value of --proxy is refused before anything is sent, for a session and for a task', async () => {
  const api = await startApi({ 'POST /v1/browser_sessions': { json: session() } })
  const cli = cliFor(api)
  for (const command of [
    ['session', 'create'],
    ['task', 'run', 'x', '--no-session'],
  ]) {
    const result = await cli.run([...command, '--proxy', 'RESIDENTIAL_GX'])
    expect(result).toMatchObject({ code: 2, stdout: '' })
    expect(result.stderr).toContain('Did you mean')
  }
  expect(api.requests).toHaveLength(0)
})

test('a proxy of your own is warned about where the cloud is asked, and its password is masked', async () => {
  const proxy = 'http://user:hunter2@proxy.example:3128'
  const cloud = await createCli().run(['session', 'create', '--proxy', proxy, '--dry-run'])
  expect(cloud.code).toBe(0)
  expect(cloud.stderr).toMatch(/warning: .*self-hosted/)
  expect(cloud.stdout + cloud.stderr).not.toContain('hunter2')

  const api = await startApi({ 'POST /v1/browser_sessions': { json: session() } })
  const own = await cliFor(api).run(['session', 'create', '--proxy', proxy])
  expect(own.code).toBe(0)
  expect(own.stderr).not.toContain('warning')
  expect(own.stderr).not.toContain('hunter2')
  expect(own.stderr).toContain('· proxy http://••••@proxy.example:3128\n')
})

test('the receipt says a place in words', async () => {
  const api = await startApi({ 'POST /v1/browser_sessions': { json: session() } })
  const result = await cliFor(api).run(['session', 'create', '--proxy', 'US/NV/Las Vegas'])
  expect(result.stderr).toContain('· proxy US-NV-Las Vegas\n')
})
