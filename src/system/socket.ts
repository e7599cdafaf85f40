/**
 * Unix sockets that show whether a process is alive: the kernel refuses connections to the socket of a process that has
 * ended, in any PID namespace.
 */
import { closeSync, constants, mkdtempSync, openSync, rmSync, symlinkSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** Bytes that a socket's path may have on every system: Linux allows 108 and macOS 104, including a NUL. */
const LONGEST = 103

/**
 * Listens until this process ends or the returned function is called. Does not keep the process alive.
 * @throws what bind throws, such as ENOTSUP on a file system without sockets
 */
export async function listenAt(file: string): Promise<() => void> {
  const connections = new Set<Socket>()
  const server = createServer((connection) => {
    connections.add(connection)
    connection.unref().resume()
    connection.on('error', () => {}).on('close', () => connections.delete(connection))
  })
  await withShortPath(
    file,
    (path) =>
      new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(path, resolve)
      }),
  )
  server.on('error', () => {}).unref()
  return () => {
    server.close()
    for (const connection of connections) connection.destroy()
  }
}

/**
 * Connects to the listener. The connection ends when that process ends or stops listening. It does not keep this process
 * alive.
 * @throws what connect throws: ECONNREFUSED if nobody listens
 */
export const connectTo = (file: string): Promise<Socket> =>
  withShortPath(
    file,
    (path) =>
      new Promise<Socket>((resolve, reject) => {
        const connection = connect(path, () => {
          connection.off('error', reject).on('error', () => {})
          resolve(connection.resume().unref())
        })
        connection.on('error', reject)
      }),
  )

/** Calls `work` with a path to the same file that is short enough for a socket's address. */
async function withShortPath<T>(file: string, work: (path: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(file) <= LONGEST) return work(file)
  if (process.platform === 'linux') {
    const folder = openSync(dirname(file), constants.O_RDONLY | constants.O_DIRECTORY)
    return work(`/proc/self/fd/${folder}/${basename(file)}`).finally(() => closeSync(folder))
  }
  const folder = mkdtempSync(join(tmpdir(), 'sky-'))
  symlinkSync(dirname(file), join(folder, 'to'))
  return work(join(folder, 'to', basename(file))).finally(() =>
    rmSync(folder, { recursive: true, force: true }),
  )
}
