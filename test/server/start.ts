/**
 * Runs the real open-source Skyvern server on loopback: SQLite, a Chromium of this machine, a scripted model; everything
 * it writes is in one temporary folder that goes with it.
 */
import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, mkdir, open, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { install } from './install.ts'
import type { Installation } from './install.ts'
import { apiKey, recordRevoked, refusedKeys, secret } from './keys.ts'
import { startModel } from './model.ts'

export interface RealServer {
  version: string
  baseUrl: string
  apiKey: string
  refusedKeys: typeof refusedKeys
  stop: () => Promise<void>
}

const run = promisify(execFile)
type Installed = Omit<Installation, 'version'>

// `skyvern run server`, as users start it. It ends with whoever started it, however that ended: its standard input closes
// then.
const program = `
import os, signal, sys, threading
from skyvern.__main__ import main
def end_with_parent():
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=end_with_parent, daemon=True).start()
sys.argv[1:] = ['run', 'server']
main()
`

/** Installs the server when needed, starts it and waits until it answers; 15 to 30 seconds on two cores. */
export async function startRealServer(): Promise<RealServer> {
  const { version, ...installation } = await install()
  const model = await startModel()
  const folder = await mkdtemp(join(tmpdir(), 'skyvern-server-'))
  const port = await freePort()
  const child = await launch(
    installation,
    folder,
    environment(installation, folder, port, model.baseUrl),
  )
  const stop = async () => {
    await end(child)
    await model.stop()
    await rm(folder, { recursive: true, force: true })
  }
  const baseUrl = `http://127.0.0.1:${port}`
  try {
    await answers(baseUrl, child)
    const database = join(folder, 'skyvern.db')
    await run(installation.python, ['-c', recordRevoked, database, refusedKeys.revoked])
  } catch (error) {
    const said = (await readFile(join(folder, 'server.log'), 'utf8')).slice(-4000)
    await stop()
    throw new Error(`skyvern ${version} did not start:\n${said}`, { cause: error })
  }
  return { version, baseUrl, apiKey, refusedKeys, stop }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 30_000)
  await once(child, 'exit')
  clearTimeout(late)
}

async function launch(
  installation: Installed,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<ChildProcess> {
  // The server reads ./.env, so it starts in a folder that has none.
  for (const name of ['run', 'home']) await mkdir(join(folder, name))
  const output = await open(join(folder, 'server.log'), 'w')
  const child = spawn(installation.python, ['-c', program], {
    cwd: join(folder, 'run'),
    env,
    stdio: ['pipe', output.fd, output.fd],
  })
  child.once('exit', () => void output.close())
  return child
}

function environment(
  installation: Installed,
  folder: string,
  port: number,
  modelUrl: string,
): NodeJS.ProcessEnv {
  const folders = [
    'ARTIFACT_STORAGE_PATH',
    'BROWSER_SESSION_BASE_PATH',
    'DOWNLOAD_PATH',
    'HAR_PATH',
    'LOG_PATH',
    'TEMP_PATH',
    'VIDEO_PATH',
  ].map((name) => [name, join(folder, name.toLowerCase())])
  return {
    PATH: process.env.PATH,
    HOME: join(folder, 'home'),
    ENV: 'local',
    PORT: String(port),
    DATABASE_STRING: `sqlite+aiosqlite:///${join(folder, 'skyvern.db')}`,
    SECRET_KEY: secret,
    SKYVERN_API_KEY: apiKey,
    SKYVERN_TELEMETRY: 'false',
    // In this mode a session starts its browser when it is created, as in the cloud; by default the first task does.
    BROWSER_STREAMING_MODE: 'cdp',
    BROWSER_TYPE: 'chromium-headless',
    PLAYWRIGHT_BROWSERS_PATH: installation.browsers,
    ALLOWED_HOSTS: '["127.0.0.1","localhost"]',
    LLM_KEY: 'OPENAI_COMPATIBLE',
    ENABLE_OPENAI_COMPATIBLE: 'true',
    OPENAI_COMPATIBLE_MODEL_NAME: 'scripted',
    OPENAI_COMPATIBLE_API_KEY: 'none',
    OPENAI_COMPATIBLE_API_BASE: modelUrl,
    LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    // Whatever still tries to leave this machine fails at once instead of hanging.
    HTTP_PROXY: 'http://127.0.0.1:9',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1,localhost',
    ...Object.fromEntries(folders),
  }
}

async function answers(baseUrl: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 300_000
  while (Date.now() < deadline && child.exitCode === null) {
    const headers = { 'x-api-key': apiKey }
    const response = await fetch(`${baseUrl}/v1/browser_sessions`, { headers }).catch(
      () => undefined,
    )
    if (response?.ok === true) return
    await sleep(250)
  }
  throw new Error(
    child.exitCode === null ? 'no answer within five minutes' : `exit ${child.exitCode}`,
  )
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
