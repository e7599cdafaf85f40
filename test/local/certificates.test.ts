/** Sites with a certificate that no authority has signed: named as that, and accepted with `--insecure-tls`. */
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { cliFor, startApi } from '../support/api.ts'
import { makeCertificates } from '../support/certificates.ts'
import type { Certificate } from '../support/certificates.ts'
import { shareHome, temporaryFolder } from './support.ts'

const home = shareHome()

const ADVICE =
  /its certificate is self-signed, or from an authority .*skyvern session create --insecure-tls/

async function serve(certificate: Certificate): Promise<string> {
  const server = createServer(certificate, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<dl><dt>Total<dd>12</dl>')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `https://localhost:${(server.address() as AddressInfo).port}/`
}

test('a certificate that is not accepted is named as what it is, with the way to accept it', async () => {
  const { selfSigned } = makeCertificates(temporaryFolder())
  const cli = home({ SKYVERN_LOCAL: '1' })
  const own = await serve(selfSigned)
  const created = await cli.run(['session', 'create', own])
  expect(created).toMatchObject({ code: 0, stderr: expect.stringMatching(ADVICE) })
  const failed = await cli.run(['task', 'run', 'Extract the total', '--url', own])
  expect(failed).toMatchObject({ code: 3, stderr: expect.stringMatching(ADVICE) })
  expect(failed.stderr).toContain('ERR_CERT_AUTHORITY_INVALID')

  const lax = await cli.run(['session', 'create', '--insecure-tls', '--json', own])
  expect(lax.json).toMatchObject({ warning: null })
  const done = await cli.run(['task', 'run', 'Extract the total', '--url', own])
  expect(done).toMatchObject({ code: 0, stdout: '12\n' })
})

test('a cloud checks every certificate: a usage error before anything is sent', async () => {
  const api = await startApi()
  const refused = await cliFor(api).run(['session', 'create', '--insecure-tls', '--json'])
  expect(refused).toMatchObject({ code: 2, error: { code: 'usage' } })
  expect(refused.error.message).toBe('--insecure-tls goes with --local.')
  expect(api.requests).toHaveLength(0)
})
