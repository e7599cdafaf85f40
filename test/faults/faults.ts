/** What can go wrong between a command and its server, and what the command must make of it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { KEY } from '../support/api.ts'

/** A value that the server echoes and nobody may see. */
export const ECHOED_SECRET = 'hunter2-echoed-by-the-server'

/**
 * How a fault bears on a request: `unsent`, it provably never arrived; `lost`, it may have been carried out; `failed`,
 * the same with an answer of the server's own; `garbled`, an answer that is none; `redirected`; or a clear refusal.
 */
export type Bearing =
  | 'unsent'
  | 'lost'
  | 'failed'
  | 'garbled'
  | 'empty'
  | 'redirected'
  | 'limited'
  | 403
  | 404
  | 409
  | 422

/** Where the fault lives: in the answer to one request, or in the way to the server. */
export type Way =
  | 'refused'
  | 'unknown host'
  | 'no connect'
  | 'no TLS'
  | 'expired'
  | 'self-signed'
  | 'wrong host'
  | 'proxy 407'
  | 'proxy 502'
  | 'no proxy'

export interface Fault {
  bearing: Bearing
  /** In the message, whatever the command. */
  says: RegExp
  way?: Way
  /** No answer ever comes: the command gives up by itself. */
  hangs?: true
  answer?: (response: ServerResponse, request: IncomingMessage) => void
}

const send =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    const html = typeof body === 'string'
    response.writeHead(status, {
      'content-type': html ? 'text/html' : 'application/json',
      ...headers,
    })
    response.end(html ? body : JSON.stringify(body))
  }

const BOMB = gzipSync(Buffer.alloc(64 * 1024 * 1024))
const HTML = '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>\x1b[2J</body></html>'
const detail = (text: string): object => ({ detail: text })
const limited = (retryAfter: () => string) => (response: ServerResponse) =>
  send(429, detail('Rate limit exceeded for organization o_1'), { 'retry-after': retryAfter() })(
    response,
  )

/** Half a body that promised to be longer. */
const begin = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' })
  response.write('[{"browser_session_id":')
}

function pour(response: ServerResponse, megabytes: number): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const chunk = Buffer.alloc(1024 * 1024, ' ')
  let left = megabytes
  const more = (): void => {
    if (left-- <= 0) return void response.end('[]')
    response.write(chunk, (error) => error ?? more())
  }
  more()
}

function trickle(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(' '), 100)
  response.on('close', () => clearInterval(timer))
}

const hang = (answer: NonNullable<Fault['answer']>): Fault => ({
  bearing: 'lost',
  says: /did not answer in time/,
  hangs: true,
  answer,
})
const lost = (answer: NonNullable<Fault['answer']>): Fault => ({
  bearing: 'lost',
  says: /closed the connection before/,
  answer,
})
const refusal = (bearing: Bearing, says: RegExp, answer: NonNullable<Fault['answer']>): Fault => ({
  bearing,
  says,
  answer,
})
const onTheWay = (way: Way, says: RegExp): Fault => ({ bearing: 'unsent', says, way })
const garbled = (says: RegExp, answer: NonNullable<Fault['answer']>): Fault => ({
  bearing: 'garbled',
  says,
  answer,
})

const redirect = (status: number, location: string): Fault => ({
  bearing: 'redirected',
  says: /redirects to elsewhere\.example\.test\. The redirect is not followed/,
  answer: send(status, '', { location }),
})

export const FAULTS: Record<string, Fault> = {
  refused: onTheWay('refused', /Nothing is listening/),
  'unknown host': onTheWay('unknown host', /host name .* was not found/),
  'connect hang': { ...onTheWay('no connect', /could not be reached in time/), hangs: true },
  'TLS hang': { ...onTheWay('no TLS', /could not be reached in time/), hangs: true },
  'expired certificate': onTheWay('expired', /certificate .* has expired/),
  'self-signed certificate': onTheWay('self-signed', /certificate .* is not trusted/),
  'certificate of another host': onTheWay('wrong host', /certificate is not for/),
  'proxy 407': onTheWay('proxy 407', /proxy wants a user name and password/),
  'proxy 502': onTheWay('proxy 502', /proxy refuses to connect/),
  'proxy not there': onTheWay('no proxy', /proxy on the way .* does not answer/),

  'header hang': hang(() => {}),
  'body hang': hang(begin),
  'body in drops': hang(trickle),
  'reset before the answer': lost((_, request) => {
    request.socket.resetAndDestroy()
  }),
  'end before the answer': lost((_, request) => {
    request.socket.destroy()
  }),
  'reset inside the body': lost((response, request) => {
    begin(response)
    setTimeout(() => request.socket.resetAndDestroy(), 50)
  }),

  '301 to another origin': redirect(301, 'https://elsewhere.example.test/v1'),
  '303 to http': redirect(303, 'http://elsewhere.example.test/v1'),
  '307 to another origin': redirect(307, 'https://elsewhere.example.test/v1?x-api-key=1'),
  '308 to http': redirect(308, 'http://elsewhere.example.test/v1'),

  '403, key refused': refusal(
    403,
    /refuses the API key/,
    send(403, detail(`Invalid credentials: ${KEY}`)),
  ),
  '404 of the path': refusal(404, /Not Found/, send(404, detail('Not Found'))),
  '409, name taken': refusal(
    409,
    /name already exists/,
    send(409, detail('That name already exists')),
  ),
  '422 with a list': refusal(
    422,
    /timeout: Input should be greater/,
    send(422, {
      detail: [
        {
          type: 'greater_than_equal',
          loc: ['body', 'timeout'],
          msg: 'Input should be greater than or equal to 5',
          input: { timeout: 4, password: ECHOED_SECRET },
        },
      ],
    }),
  ),
  '422 with a string': refusal(
    422,
    /status: Input should be/,
    send(422, detail('status: Input should be a valid string')),
  ),
  '429, retry in seconds': refusal(
    'limited',
    /Rate limit/,
    limited(() => '1'),
  ),
  '429, retry at a date': refusal(
    'limited',
    /Rate limit/,
    limited(() => new Date(Date.now() + 1000).toUTCString()),
  ),
  '429, retry in a year': refusal(
    'limited',
    /Rate limit/,
    limited(() => '31536000'),
  ),
  '429, retry at nonsense': refusal(
    'limited',
    /Rate limit/,
    limited(() => '-1e999, [31m'),
  ),

  '500 with an error': refusal(
    'failed',
    /answered 500: Unexpected error: KeyError/,
    send(500, { error: `Unexpected error: KeyError ${KEY}` }),
  ),
  '502 with HTML': refusal('failed', /answered 502/, send(502, HTML)),
  '503 with a code': refusal(
    'failed',
    /answered 503: downloaded_files_unavailable/,
    send(503, { detail: { code: 'downloaded_files_unavailable', retryable: true } }),
  ),
  '504 with a detail': refusal(
    'failed',
    /answered 504/,
    send(504, detail('Browser session start timed out')),
  ),

  ...Object.fromEntries(
    // What gateways answer when one side hung up too early, and what no server should answer.
    [408, 425, 444, 460, 499, 600, 999].map((status) => [
      String(status),
      refusal('failed', new RegExp(`answered ${status}|\\(${status}\\)`), send(status, HTML)),
    ]),
  ),

  'empty 200': refusal('empty', /an empty body/, send(200, '')),
  'HTML 200': garbled(/answered 200 with HTML/, send(200, HTML)),
  'other JSON 200': garbled(/unexpected shape|not JSON/, send(200, { hello: 'world' })),
  'no JSON 200': garbled(/not JSON/, send(200, '{"browser_session_id": "pbs_1')),
  'null 200': garbled(/unexpected shape/, (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end('null')
  }),
  'another id 200': garbled(/unexpected shape|about \w+_2, not about/, (response, { url = '' }) => {
    const field = url.includes('/runs/') ? 'run_id' : 'browser_session_id'
    const prefix = url.includes('/runs/') ? 'tsk_v2' : 'pbs'
    const asked = url.includes(`${prefix}_`)
    // Where nothing can be compared, an id that is not one.
    send(200, { [field]: asked ? `${prefix}_2` : '-rf', status: 'completed' })(response)
  }),
  '101 Switching Protocols': garbled(/101 Switching Protocols/, (response) => {
    response.socket?.end(
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n',
    )
  }),
  '50 MB body': garbled(/more than 32 MiB/, (response) => pour(response, 50)),
  'gzip bomb': garbled(/encoding that was not requested/, (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    response.end(BOMB)
  }),
}
