/** `local logs`: the log of the embedded backend, with the steps of its tasks. */
import { open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { CliError } from '../../errors.ts'
import { cleanLine } from '../../output/clean.ts'
import { parseWhole } from '../../options/parse.ts'

const LOOK_EVERY = 200

interface LogsOptions {
  lines: number
  follow?: boolean
}

export function define(command: Command, context: Context): void {
  command
    .option('-n, --lines <number>', 'How many of the last lines', parseWhole(0, 1_000_000), 50)
    .option('-f, --follow', 'Go on printing until Ctrl-C')
    .action(async ({ lines, follow }: LogsOptions) => {
      const { logFile } = await import('../../local/door.ts')
      const file = logFile(context.localFolder())
      let { text, end } = await readFrom(file, 0)
      print(context, lines === 0 ? [] : toLines(text).slice(-lines))
      if (!follow) return
      for (;;) {
        await sleep(LOOK_EVERY)
        ;({ text, end } = await readFrom(file, end))
        print(context, toLines(text))
      }
    })
}

/** Complete lines from an offset. Starts again if the file has been replaced by a shorter one. */
async function readFrom(file: string, offset: number): Promise<{ text: string; end: number }> {
  const handle = await open(file).catch(() => {
    throw new CliError('not_found', 'No log found: the embedded backend has not run here.')
  })
  try {
    const { size } = await handle.stat()
    const start = size < offset ? 0 : offset
    const { buffer, bytesRead } = await handle.read({
      buffer: Buffer.alloc(size - start),
      position: start,
    })
    const whole = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1
    return { text: buffer.toString('utf8', 0, whole), end: start + whole }
  } finally {
    await handle.close()
  }
}

const toLines = (text: string): string[] => text.split('\n').slice(0, -1)

function print(context: Context, lines: string[]): void {
  if (lines.length > 0) context.output.write(lines.map((line) => cleanLine(line)).join('\n'))
}
