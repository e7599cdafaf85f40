/** `local demo`: the product's story on the demo site, as a person would type it, with the real binary. */
import { spawn } from 'node:child_process'
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { DEMO_SCOPE } from '../../config/scope.ts'
import { CliError } from '../../errors.ts'
import { Interrupted, interruptible } from '../../interrupts.ts'
import { ensureBrowser } from '../../doctor/install-browser.ts'
import { quote, typedName } from '../../system/invocation.ts'

export function define(command: Command, context: Context): void {
  command.action(() => demo(context))
}

async function demo(context: Context): Promise<void> {
  const { output } = context
  await ensureBrowser(context)
  const progress = output.progress('Starting the embedded backend')
  const { demoUrl } = await context.local().finally(() => progress.stop())
  // The running command gets the signal too. The session is closed in any case.
  const { received, release } = interruptible('command')
  const env = demoEnvironment(context.env)
  const { dim } = output.palette.stdout
  const run = async (...words: string[]): Promise<void> => {
    output.write(`$ ${['skyvern', ...words].map(quote).join(' ')}`)
    const started = performance.now()
    const status = await runBinary(words, env)
    const interruption = received()
    if (interruption) throw new Interrupted(interruption)
    if (status !== 0) {
      throw new CliError('internal', `The demo stopped: this command ended with ${status}.`, {
        hint: 'What the backend did: `skyvern local logs`',
      })
    }
    output.write(dim(`  ${((performance.now() - started) / 1000).toFixed(1)} s`))
  }
  try {
    output.write('$ export SKYVERN_LOCAL=1')
    await run('session', 'create', '--timeout', '120', '--proxy', 'US')
    try {
      const login = ['Log in with username demo@example.com', '--url', `${demoUrl}/login`]
      await run('task', 'run', ...login)
      const extract = 'Go to the invoices page and extract all invoice numbers'
      // As bare values, JSON is one line.
      await run('task', 'run', extract, '--fields', 'output')
    } catch (error) {
      await runBinary(['session', 'close'], env)
      throw error
    }
    await run('session', 'close')
  } finally {
    release()
  }
  output.note('')
  output.note(nextSteps(typedName(context.env), demoUrl))
}

/** Three commands that work where the demo was started, then how to use the cloud. */
function nextSteps(skyvern: string, demoUrl: string): string {
  return [
    'All of this ran in a real browser on this machine. Type next:',
    `${skyvern} session create --local`,
    `${skyvern} task run --local "Log in with username me@example.com" --url ${demoUrl}/login`,
    `${skyvern} session close --local`,
    `For the cloud, leave out --local, after: ${skyvern} auth login`,
  ].join('\n')
}

/** The demo has its own scope, so that it does not change the current session of the user. */
function demoEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { SKYVERN_SESSION_ID: _session, SKYVERN_BASE_URL: _baseUrl, ...rest } = env
  return { ...rest, SKYVERN_LOCAL: '1', SKYVERN_SCOPE: `${DEMO_SCOPE}${process.pid}` }
}

/** Runs the tool with the streams of this process. Returns the exit status; 1 for a signal. */
function runBinary(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [, binary = ''] = process.argv
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [binary, ...args], {
      env,
      stdio: 'inherit',
    })
    child.on('error', reject)
    child.on('exit', (status) => resolve(status ?? 1))
  })
}
