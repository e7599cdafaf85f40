/** A server that answers at once, over HTTP and HTTPS, with bodies that were made beforehand. */
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { naiveTime, run, RUN_ID, session } from '../support/api.ts'
import { makeCertificates } from '../support/certificates.ts'
import { home } from './meter.ts'

export interface BenchServer {
  http: string
  https: string
  /** File of the authority that signed the certificate of `https`. */
  authority: string
  stop(): void
}

const PAGE = 100
/** 410 bytes each: what is null is left out. */
const sessions = (count: number): string =>
  JSON.stringify(
    Array.from({ length: count }, (_, i) => {
      const row = session({ browser_session_id: `pbs_${987654321012340000n + BigInt(i)}` })
      return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))
    }),
  )
const runs = (count: number): string =>
  JSON.stringify(
    Array.from({ length: count }, (_, i) => ({
      task_run_id: `tr_${i}`,
      run_id: RUN_ID,
      task_run_type: 'task_v2',
      status: 'completed',
      title: 'Extract all invoice numbers',
      created_at: naiveTime(-i),
    })),
  )

/** `/big` before the path has 10,000 sessions; without it there are 20. */
export async function startServer(): Promise<BenchServer> {
  const few = sessions(20)
  const many = sessions(10_000)
  const page = runs(PAGE)
  const one = JSON.stringify(session())
  const ended = JSON.stringify(run())
  const respond: RequestListener = (request, response) => {
    const { method, url = '' } = request
    request.resume()
    response.setHeader('content-type', 'application/json')
    if (method === 'POST') return response.end(one)
    if (url.includes('/runs/')) return response.end(ended)
    if (url.includes('/runs')) return response.end(page)
    response.end(url.startsWith('/big') ? many : few)
  }
  const certificates = makeCertificates(home)
  const servers = [createServer(respond), createSecureServer(certificates.good, respond)]
  const [http, https] = await Promise.all(servers.map(listen))
  return {
    http: `http://127.0.0.1:${http}`,
    https: `https://127.0.0.1:${https}`,
    authority: certificates.authority,
    stop: () => servers.forEach((server) => server.close()),
  }
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  )
