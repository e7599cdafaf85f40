/** Files that go with a run. */
import { nothing, one } from '../http/answer.ts'
import { pathTo } from '../http/id.ts'
import { Multipart } from '../http/multipart.ts'
import type { Part } from '../http/multipart.ts'
import { BASE, defineWrite } from './endpoint.ts'

export interface UploadedFile {
  file_id: string
  s3_uri?: string | null
  presigned_url?: string | null
  /** Without one it is kept as long as the organization keeps its data. */
  expires_at?: string | null
}

/** A file of at most 30 MB on a self-hosted server. A `Blob` (`fs.openAsBlob`) is sent as it is read. */
export const uploadFile = defineWrite((request: { file: Part; retention_days?: number }) => ({
  method: 'POST',
  path: '/v1/upload_file',
  body: new Multipart([
    ...(request.retention_days === undefined
      ? []
      : [['retention_days', String(request.retention_days)] as [string, Part]]),
    ['file', request.file],
  ]),
  repeat: 'unsent',
  expect: one<UploadedFile>('file_id'),
  since: BASE,
}))

/** 204; a second time 404. */
export const deleteFile = defineWrite((fileId: string) => ({
  method: 'DELETE',
  path: pathTo`/v1/files/${fileId}`,
  repeat: 'unsent',
  expect: nothing,
}))
