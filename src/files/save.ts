/** Saves files into a folder: options, progress, receipt, and failures. */
import type { Command } from 'commander'
import type { Client } from '../http/request.ts'
import { makeFolders, reasonOf } from '../system/files.ts'
import type { Context } from '../context.ts'
import { CliError, isFileError, usageError } from '../errors.ts'
import { Interrupted, interruptible } from '../interrupts.ts'
import { download } from './download.ts'
import type { SavedFile, Source } from './download.ts'
import { countOf, formatSize } from '../output/words.ts'
import { throwGravest } from '../output/report.ts'

export interface SaveOptions {
  dir: string
  overwrite?: boolean
  allowFileUrls?: boolean
}

export const addSaveOptions = (command: Command): Command =>
  command
    .option('--dir <folder>', 'Where to save', '.')
    .option('--overwrite', 'Replace files that exist')
    .option('--allow-file-urls', 'Read file:// addresses of a server on this machine')

/** Makes the folder first, so that a command fails before it waits for files. @throws CliError `usage` */
export function makeFolder(folder: string): void {
  try {
    makeFolders(folder)
  } catch (error) {
    throw usageError(`The folder ${folder} cannot be created: ${reasonOf(error)}.`)
  }
}

/**
 * Saves the files that can be saved, and prints their paths.
 * @param otherwise printed if there are none: where else to look
 */
export async function saveAndPrint(
  context: Context,
  client: Client,
  sources: Source[],
  options: SaveOptions,
  otherwise = '',
): Promise<void> {
  const { output } = context
  const { saved, failures } = await save(context, client, sources, options)
  if (sources.length === 0) output.note(`No files found. ${otherwise}`.trim())
  const paths = saved.map(({ path }) => path).join('\n')
  if (saved.length > 0 || failures.length === 0) output.result(saved, paths)
  throwGravest(output, failures)
}

/** Saves one file after the other. The failure of one does not stop the others. */
export async function save(
  { output }: Context,
  client: Client,
  sources: Source[],
  { dir, ...options }: SaveOptions,
): Promise<{ saved: SavedFile[]; failures: unknown[] }> {
  makeFolder(dir)
  const saved: SavedFile[] = []
  const failures: unknown[] = []
  const interruption = interruptible('save')
  const progress = output.progress('Saving')
  try {
    for (const [index, source] of sources.entries()) {
      progress.update(`Saving ${source.name} (${index + 1} of ${sources.length})`)
      const { signal } = interruption
      try {
        saved.push(await download(client, source, { folder: dir, signal, ...options }))
      } catch (error) {
        const received = interruption.received()
        if (received) throw new Interrupted(received)
        failures.push(isFileError(error) ? folderError(dir, error) : error)
      }
    }
  } finally {
    progress.stop()
    interruption.release()
  }
  if (saved.length > 0)
    output.done(`${countOf(saved, 'file')} (${formatSize(sizeOf(saved))}) in ${dir}`)
  return { saved, failures }
}

const folderError = (dir: string, error: NodeJS.ErrnoException): CliError => {
  const message = `Nothing can be saved in ${dir}: ${reasonOf(error)}.`
  return /ACCES|PERM|ROFS|NOTDIR|NOENT/.test(error.code ?? '')
    ? usageError(message)
    : new CliError('internal', message)
}

const sizeOf = (files: SavedFile[]): number =>
  files.reduce((sum, { file_size: size }) => sum + size, 0)
