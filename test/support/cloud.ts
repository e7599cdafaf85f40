/**
 * A server on loopback that behaves like the API at scale: sessions that start and end, runs that take their time, limits,
 * latencies, lost answers. It remembers everything, so that a test can ask what was doubled, and what is still open.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface CloudOptions {
  /** Milliseconds that a read and a write take. */
  latency?: [read: number, write: number]
  /** Milliseconds that a run takes: between these. */
  runs?: [least: number, most: number]
  /** Milliseconds until a new session is ready. */
  readyAfter?: number
  /** Sessions that may be open at once. */
  maxSessions?: number
  /** Whether this run of a prompt (0 for the first) fails. */
  fails?: (prompt: string, before: number) => boolean
  /** What happens to a request, by its route, in place of an answer. */
  fault?: (route: string) => Fault | undefined
  /** Whether lists of runs can be searched; they are refused otherwise. */
  searches?: () => boolean
  random?: () => number
}

/** `lost`: done, and the connection cut. `refused`: not done, and the connection cut. A status: not done. */
export type Fault = 'lost' | 'refused' | number

export interface CloudRun {
  run_id: string
  /** The name under which the list has it. */
  behind: string
  prompt: string
  sessionId: string
  submitted: number
  ends: number
  status: string
  failure_reason: string | null
}

export interface CloudSession {
  id: string
  created: number
  ready: number
  ended: number | undefined
  runs: CloudRun[]
  body: Record<string, unknown>
}

const NOT_FOUND = { detail: 'Not Found' }

export class Cloud {
  readonly sessions = new Map<string, CloudSession>()
  readonly runs = new Map<string, CloudRun>()
  /** Requests by route. */
  readonly counts = new Map<string, number>()
  requests = 0
  /** When runs ended and when that was asked about, in milliseconds. */
  readonly noticed: number[] = []
  mostOpen = 0
  url = ''
  private readonly going = new Set<CloudRun>()
  private readonly behind = new Map<string, CloudRun>()
  private readonly byPrompt = new Map<string, CloudRun[]>()
  private readonly seen = new Set<string>()
  private serial = 0
  private readonly random: () => number
  private readonly server = createServer((request, response) => void this.serve(request, response))

  constructor(readonly options: CloudOptions = {}) {
    this.random = options.random ?? Math.random
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
    return this
  }

  stop(): void {
    this.server.closeAllConnections()
    this.server.close()
  }

  open(): CloudSession[] {
    return [...this.sessions.values()].filter(({ ended }) => ended === undefined)
  }

  /** Ends a session as a crash does: its run fails. */
  kill(session: CloudSession): void {
    this.settle()
    session.ended = Date.now()
    for (const run of session.runs) {
      if (this.going.has(run))
        this.finish(run, 'failed', 'Target page, context or browser has been closed')
    }
  }

  /** Runs that were made although another of the same prompt was going on, or had done the work. */
  doubled(): CloudRun[] {
    this.settle()
    return [...this.byPrompt.values()].flatMap((runs) =>
      runs.filter((run, at) =>
        runs
          .slice(0, at)
          .some(({ status, ends }) => status === 'completed' || ends > run.submitted),
      ),
    )
  }

  /** Prompts with a run that did the work. */
  done(): Set<string> {
    this.settle()
    const runs = [...this.runs.values()].filter(({ status }) => status === 'completed')
    return new Set(runs.map(({ prompt }) => prompt))
  }

  private finish(run: CloudRun, status: string, reason: string | null = null): void {
    run.ends = Math.min(run.ends, Date.now())
    run.status = status
    run.failure_reason = reason
    this.going.delete(run)
  }

  /** Ends the runs whose time has come. */
  private settle(): void {
    const now = Date.now()
    for (const run of this.going) {
      if (run.ends > now) continue
      const before = (this.byPrompt.get(run.prompt) ?? []).filter(
        ({ status }) => status === 'failed',
      )
      const fails = this.options.fails?.(run.prompt, before.length) ?? false
      this.finish(
        run,
        fails ? 'failed' : 'completed',
        fails ? 'The page was not as expected.' : null,
      )
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const url = new URL(request.url ?? '', 'http://localhost')
    const [, , noun = '', id, verb] = url.pathname.split('/')
    const isId = /^(pbs|tsk|wr)_/.test(id ?? '')
    const route = [request.method, noun, isId ? ':id' : id, verb].filter(Boolean).join(' ')
    this.requests++
    this.counts.set(route, (this.counts.get(route) ?? 0) + 1)
    const [read, write] = this.options.latency ?? [0, 0]
    const latency = request.method === 'GET' ? read : write
    if (latency > 0) await sleep(latency / 2)
    const fault = this.options.fault?.(route)
    if (fault === 'refused') return void response.destroy()
    if (typeof fault === 'number') return send(response, fault, { detail: 'Try again later' })
    this.settle()
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {}
    const [status, json] = this.answer(route, id ?? '', body, url.searchParams)
    if (latency > 0) await sleep(latency / 2)
    if (fault === 'lost') return void response.destroy()
    send(response, status, json)
  }

  private answer(
    route: string,
    id: string,
    body: Record<string, unknown>,
    query: URLSearchParams,
  ): [number, unknown] {
    if (route === 'POST browser_sessions') return this.create(body)
    if (route === 'POST run tasks') return this.submit(body)
    if (route === 'GET runs') {
      const refuses = query.has('search_key') && this.options.searches?.() === false
      return refuses ? [422, { detail: 'No search here.' }] : [200, this.list(query)]
    }
    if (route === 'GET browser_sessions') return [200, this.open().map(wireSession)]
    const session = this.sessions.get(id)
    if (route === 'GET browser_sessions :id' && session) return [200, wireSession(session)]
    if (route === 'POST browser_sessions :id close' && session) {
      if (session.ended === undefined) this.kill(session)
      return [200, { message: 'Browser session closed' }]
    }
    if (route.includes('browser_sessions'))
      return [404, { detail: `Browser session ${id} not found` }]
    const run = this.runs.get(id) ?? this.behind.get(id)
    if (route === 'GET runs :id' && run) return [200, this.look(run)]
    if (route === 'POST runs :id cancel' && run) {
      if (this.going.has(run)) this.finish(run, 'canceled')
      return [200, null]
    }
    return [404, route.includes('runs') ? { detail: `Task run not found ${id}` } : NOT_FOUND]
  }

  private create(body: Record<string, unknown>): [number, unknown] {
    const { maxSessions = Infinity, readyAfter = 0 } = this.options
    if (this.open().length >= maxSessions) {
      return [429, { detail: `You have ${maxSessions} of ${maxSessions} sessions.` }]
    }
    const id = `pbs_${700_000_000_000_000_000n + BigInt(++this.serial)}`
    const now = Date.now()
    const session = { id, created: now, ready: now + readyAfter, ended: undefined, runs: [], body }
    this.sessions.set(id, session)
    this.mostOpen = Math.max(this.mostOpen, this.open().length)
    return [200, wireSession(session)]
  }

  private submit(body: Record<string, unknown>): [number, unknown] {
    const sessionId = String(body['browser_session_id'])
    const session = this.sessions.get(sessionId)
    if (!session) {
      return [404, { detail: `Browser session ${sessionId} does not exist or is not live.` }]
    }
    const [least, most] = this.options.runs ?? [0, 0]
    const [serial, now] = [`${800_000_000_000_000_000n + BigInt(++this.serial)}`, Date.now()]
    const run: CloudRun = {
      run_id: `tsk_v2_${serial}`,
      behind: `wr_${serial}`,
      prompt: String(body['prompt']),
      sessionId,
      submitted: now,
      ends: now + least + this.random() * (most - least),
      status: 'running',
      failure_reason: null,
    }
    const occupant = session.runs.find((other) => this.going.has(other))
    session.runs.push(run)
    this.runs.set(run.run_id, run)
    this.behind.set(run.behind, run)
    this.byPrompt.set(run.prompt, [...(this.byPrompt.get(run.prompt) ?? []), run])
    if (session.ended !== undefined) {
      this.finish(
        run,
        'failed',
        `Browser session ${sessionId} is closed. Create a new browser session and retry.`,
      )
    } else if (occupant) {
      this.finish(
        run,
        'failed',
        `Browser session ${sessionId} is already occupied by ${occupant.behind}`,
      )
    } else this.going.add(run)
    return [200, { ...wireRun(run), status: 'queued' }]
  }

  /** Newest first. */
  private list(query: URLSearchParams): unknown[] {
    const [page, size] = [Number(query.get('page') ?? 1), Number(query.get('page_size') ?? 10)]
    const key = query.get('search_key')
    const status = query.getAll('status')
    const all = key
      ? (this.sessions.get(key)?.runs ?? [])
      : status.length > 0 && !status.includes('completed')
        ? [...this.going]
        : [...this.runs.values()]
    return all
      .toReversed()
      .filter((run) => status.length === 0 || status.includes(run.status))
      .slice((page - 1) * size, page * size)
      .map((run) => ({
        run_id: run.behind,
        task_run_id: `tr_${run.run_id.slice(7)}`,
        task_run_type: 'task_v2',
        status: run.status,
        title: null,
        created_at: naive(run.submitted),
      }))
  }

  private look(run: CloudRun): unknown {
    if (!this.going.has(run) && !this.seen.has(run.run_id)) {
      this.seen.add(run.run_id)
      this.noticed.push(Date.now() - run.ends)
    }
    return wireRun(run)
  }
}

function send(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(json))
}

const naive = (time: number): string => new Date(time).toISOString().replace('Z', '000')

const wireSession = ({ id, created, ready, ended, runs, body }: CloudSession): object => {
  const started = Date.now() >= ready
  const last = runs.at(-1)
  return {
    browser_session_id: id,
    organization_id: 'o_1',
    status: ended !== undefined ? 'completed' : started ? 'running' : 'created',
    runnable_type: last?.status === 'running' ? 'workflow_run' : null,
    runnable_id: last?.status === 'running' ? last.behind : null,
    timeout: body['timeout'] ?? 60,
    browser_profile_id: body['browser_profile_id'] ?? null,
    browser_address: null,
    app_url: `https://app.example.com/browser-session/${id}`,
    started_at: started ? naive(ready) : null,
    completed_at: ended === undefined ? null : naive(ended),
    created_at: naive(created),
  }
}

const wireRun = (run: CloudRun): object => ({
  run_id: run.run_id,
  run_type: 'task_v2',
  status: run.status,
  output: run.status === 'completed' ? { said: run.prompt } : null,
  failure_reason: run.failure_reason,
  app_url: `https://app.example.com/runs/${run.behind}`,
  browser_session_id: null,
  run_request: { prompt: run.prompt, browser_session_id: null },
  created_at: naive(run.submitted),
  started_at: naive(run.submitted),
  finished_at: run.status === 'running' ? null : naive(run.ends),
})
