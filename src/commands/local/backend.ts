/** The embedded backend as the `local` commands show it. Its key is not shown, only the file that contains it. */
import { join } from 'node:path'
import type { Context } from '../../context.ts'
import type { LocalBackend } from '../../local/door.ts'

export interface ShownBackend {
  base_url: string
  demo_url: string
  pid: number
  version: string
  started_at: string
  browser: string
  key_file: string
}

export function shown(context: Context, backend: LocalBackend): ShownBackend {
  return {
    base_url: backend.baseUrl,
    demo_url: backend.demoUrl,
    pid: backend.pid,
    version: backend.version,
    started_at: backend.startedAt,
    browser: backend.browser,
    key_file: join(context.localFolder(), 'daemon.json'),
  }
}
