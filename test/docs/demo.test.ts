/** The picture of the README is the demo as it is: recorded on a terminal, and compared but for its figures. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCli } from '../support/cli.ts'
import { pictureOf } from '../support/picture.ts'
import { ROOT } from '../support/project.ts'
import { onTerminal } from '../support/pty.ts'

const PICTURE = join(ROOT, 'docs', 'demo.svg')
const COLUMNS = 104

/** Ids, ports and times are others in every recording. */
const withoutFigures = (picture: string): string =>
  picture.replace(/\d+(\.\d+)?(?= s(<| ·))|(?<=pbs_|tsk_v2_|127\.0\.0\.1:)\d+/g, '0')

test('docs/demo.svg shows the demo as it is; -u records it again', async () => {
  const cli = createCli()
  onTestFinished(async () => void (await cli.run(['local', 'stop'])))
  await cli.run(['local', 'start'])
  const terminal = onTerminal(
    cli,
    ['local', 'demo'],
    { TERM: 'xterm-256color' },
    { cols: COLUMNS, cwd: ROOT },
  )
  expect(await terminal.end).toMatchObject({ code: 0 })
  const recorded = await pictureOf(terminal.output, COLUMNS, 'skyvern local demo on a terminal')
  const kept = readFileSync(PICTURE, 'utf8')
  const isCurrent = withoutFigures(kept) === withoutFigures(recorded)
  await expect(isCurrent ? kept : recorded).toMatchFileSnapshot(PICTURE)
})
