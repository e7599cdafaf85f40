/** `--fix` of both doctors: fixes what is safe to fix without asking. The checks that follow report the rest. */
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { ensureBrowser } from './install-browser.ts'
import { fixFolder } from './folder.ts'

export async function fixMachine(context: Context): Promise<void> {
  fixFolder(context)
  try {
    await ensureBrowser(context)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
  }
}
