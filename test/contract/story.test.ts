import { expect } from 'vitest'
import { cli, contract, json, page } from './contract.ts'
import { invoiceNumbers } from './site.ts'

/** As one would type it; the output as a terminal shows it, the progress on stderr first. */
async function typed(...args: string[]): Promise<{ stdout: string; shown: string }> {
  const { code, stdout, stderr } = await cli(...args)
  expect(code, stderr).toBe(0)
  const words = args.map((word) => (/[\s*]/.test(word) ? `"${word}"` : word))
  return { stdout, shown: `$ skyvern ${words.join(' ')}\n${stderr}${stdout}` }
}

contract('create, log in, extract in the same browser, close', async (_expected, keep) => {
  const created = await typed('session', 'create', '--timeout', '120', '--proxy', 'US')
  const logIn = 'Log in with username demo@example.com'
  const loggedIn = await typed('task', 'run', logIn, '--url', page('/login'))
  const extract = 'Go to the invoices page and extract all invoice numbers'
  const extracted = await typed('task', 'run', extract)
  const closed = await typed('session', 'close')
  expect(JSON.parse(extracted.stdout)).toEqual(invoiceNumbers)
  const session = await json('session', 'get', created.stdout.trim())
  expect(session).toMatchObject({ status: 'completed' })
  keep([created, loggedIn, extracted, closed].map(({ shown }) => shown).join('\n'))
})
