/** `/v1/upload_file` and `/v1/files` */
import { pathToFileURL } from 'node:url'
import { RouteReply } from '../call.ts'
import type { Routes } from '../call.ts'

export const uploadRoutes: Routes = {
  'POST /v1/upload_file': async ({ backend, request }) => {
    const record = await backend.uploads.receive(request)
    const address = pathToFileURL(backend.uploads.pathOf(record)).href
    return { s3_uri: address, presigned_url: address, file_id: record.file_id, expires_at: null }
  },

  'DELETE /v1/files/:id': async ({ backend, id }) => {
    await backend.uploads.remove(id)
    return new RouteReply(204)
  },
}
