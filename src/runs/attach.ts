/** Files of a run: uploaded before the submit, and deleted if the run was not submitted. */
import { deleteFile, uploadFile } from '../api/endpoints.ts'
import type { Run } from '../api/types.ts'
import type { Context } from '../context.ts'
import { CliError, toCliError } from '../errors.ts'
import { ApiError, DryRun, isInDoubt } from '../http/errors.ts'
import type { FilePart } from '../http/multipart.ts'
import type { Client } from '../http/request.ts'
import { Interrupted } from '../interrupts.ts'
import type { Interruption } from '../interrupts.ts'
import type { Spinner } from '../output/spinner.ts'
import { cancelUnlessFinal } from './cancel.ts'

/**
 * Uploads the files, passes their ids to `submit`, and deletes them if it fails.
 * @param submit submits the run; if it is not known whether it was submitted, the files stay
 */
export async function attachFiles(
  context: Context,
  client: Client,
  files: FilePart[],
  interruption: Interruption,
  submit: (fileIds?: string[]) => Promise<Run>,
): Promise<Run> {
  if (files.length === 0) return submit()
  const ids: string[] = []
  try {
    const uploading = context.output.progress(`Uploading ${files.length} files`)
    try {
      for (const file of files) ids.push(await upload(client, file, interruption, uploading))
    } finally {
      uploading.stop()
    }
    const run = await submit(ids)
    await checkTaken(context, client, run)
    return run
  } catch (error) {
    if (error instanceof DryRun) throw error
    const failure = error instanceof Interrupted ? error.cause : error
    if (failure instanceof CliError && failure.code === 'create_unconfirmed') throw error
    await deleteAll(context, client, ids)
    throw error
  }
}

/** The id of the uploaded file; in a dry run a placeholder. */
async function upload(
  client: Client,
  file: FilePart,
  { signal, received }: Interruption,
  progress: Spinner,
): Promise<string> {
  let sent = 0
  const counted: FilePart = {
    ...file,
    pieces: async function* () {
      for await (const piece of file.pieces()) {
        sent += piece.length
        progress.update(`Uploading ${file.name}: ${Math.floor((sent / file.size) * 100)} %`)
        yield piece
      }
    },
  }
  try {
    const { file_id: id } = await uploadFile(client, { file: counted }, { abortSignal: signal })
    return id
  } catch (error) {
    if (error instanceof DryRun) return `<id of ${file.name}>`
    const overtaken = received()
    if (overtaken) throw new Interrupted(overtaken)
    throw isInDoubt(error) ? notUploaded(error, file) : error
  }
}

/** An upload is free and does not belong to a run yet, so it is retried even if its answer was lost. */
function notUploaded(error: ApiError, { name }: FilePart): CliError {
  const { code, details } = toCliError(error)
  return new CliError(code, `${name} was not uploaded: ${error.message}.`, {
    ...details,
    hint: 'Nothing was submitted. Try again.',
  })
}

/** An older server ignores the ids and runs without the files. */
async function checkTaken(context: Context, client: Client, run: Run): Promise<void> {
  const { globals, output, warn } = context
  if (!run.run_request || 'file_ids' in run.run_request) return
  const reason = 'This server does not give files to runs: it is older than 1.0.56.'
  if (!globals.strict) return warn(`${reason} The run goes on without them.`)
  const { run_id: runId } = run
  await cancelUnlessFinal(client, runId)
  if (output.made) output.made.open = false
  throw new CliError('api_error', `${reason} Run ${runId} was canceled (--strict).`, { runId })
}

/**
 * Deletes unused files. A file that cannot be deleted is named in a note, so that the original failure is still reported.
 */
async function deleteAll(context: Context, client: Client, ids: string[]): Promise<void> {
  for (const id of ids) {
    await deleteFile(client, id).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error
      const command = `skyvern api -X DELETE /v1/files/${id}`
      context.warn(`The uploaded file ${id} could not be deleted: ${command}`)
    })
  }
}
