/** The files of a run or a session, as sources for downloads. */
import type { Client } from '../http/request.ts'
import { getRunArtifacts } from '../api/endpoints.ts'
import type { Artifact, BrowserSession, FileInfo, Run } from '../api/types.ts'
import type { Source } from './download.ts'
import { distinctNames, safeName } from './names.ts'

/** What a run downloaded. */
export const downloadsOf = (run: Run): Source[] =>
  distinct((run.downloaded_files ?? []).map((file) => sourceOf(file, 'download')))

/** What a run downloaded, and its recording. */
export async function filesOfRun(client: Client, run: Run): Promise<Source[]> {
  const recordings = await artifactsOfRun(client, run, ['recording'])
  if (recordings.length === 0 && run.recording_url) {
    recordings.push(sourceOf({ url: run.recording_url }, 'recording'))
  }
  return distinct([...downloadsOf(run), ...recordings])
}

/**
 * The id under which the artifacts of a run are listed. The server lists those of a `tsk_v2_…` only under its `wr_…` id,
 * which appears only in the address of the run in the web app.
 */
export const artifactsIdOf = ({ run_id: id, app_url: address }: Run): string =>
  /\/runs\/(wr_\w+)$/.exec(address ?? '')?.[1] ?? id

/** Artifacts of some types. */
export async function artifactsOfRun(client: Client, run: Run, types: string[]): Promise<Source[]> {
  const artifacts = await getRunArtifacts(client, artifactsIdOf(run), { artifact_type: types })
  return distinct(artifacts.map(sourceOfArtifact))
}

/** What was downloaded in a session, and its recordings. */
export const filesOfSession = (session: BrowserSession): Source[] =>
  distinct([
    ...(session.downloaded_files ?? []).map((file) => sourceOf(file, 'download')),
    ...(session.recordings ?? []).map((file) => sourceOf(file, 'recording')),
  ])

function sourceOf(file: FileInfo, kind: string): Source {
  const name = safeName(file.filename ?? '') || safeName(lastPart(file.url)) || kind
  return {
    name,
    artifactId: file.artifact_id || undefined,
    address: file.url,
    checksum: file.checksum || undefined,
    size: sizeOf(file),
  }
}

/** Extensions by the first word of a type, for files whose extension the server does not give. */
const ENDINGS: Record<string, string> = {
  screenshot: '.png',
  recording: '.webm',
  har: '.har',
  html: '.html',
  pdf: '.pdf',
  trace: '.zip',
}

/** Artifacts do not have names, so the name consists of type and id, with the extension of the stored file. */
function sourceOfArtifact(artifact: Artifact): Source {
  const kept = /\.[A-Za-z0-9]{1,8}$/.exec(lastPart(artifact.uri ?? ''))?.[0]
  const ending = kept ?? ENDINGS[artifact.artifact_type.split('_')[0] ?? ''] ?? ''
  const { artifact_id: id, artifact_type: type, checksum } = artifact
  return {
    name: safeName(`${type}-${id}${ending}`),
    artifactId: id,
    checksum: checksum || undefined,
    size: sizeOf(artifact),
  }
}

const sizeOf = ({ file_size: size }: FileInfo | Artifact): number | undefined =>
  typeof size === 'number' ? size : undefined

function lastPart(address: string): string {
  const path = URL.canParse(address) ? new URL(address).pathname : ''
  const part = path.split('/').at(-1) ?? ''
  // The address of an artifact ends with `content`, which is not a name.
  return part === 'content' ? '' : decodeOr(part)
}

function decodeOr(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const distinct = (sources: Source[]): Source[] => {
  const names = distinctNames(sources.map(({ name }) => name))
  return sources.map((source, index) => ({ ...source, name: names[index] ?? source.name }))
}
