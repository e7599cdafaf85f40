export interface LocalBackend {
  baseUrl: string
  apiKey: string
  demoUrl: string
  pid: number
  version: string
  startedAt: string
  browser: string
}
export async function startBackend(
  _folder: string,
  _options?: { port?: number; env: NodeJS.ProcessEnv },
): Promise<LocalBackend> {
  throw new Error('stub')
}
