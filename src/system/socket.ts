/**
 * Unix sockets as a sign of life: the kernel refuses a connection to the socket of a process that has ended, whichever
 * PID namespace that process was in.
 */
import { closeSync, constants, mkdtempSync, openSync, rmSync, symlinkSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** Bytes that every system has for the path of a socket: 108 on Linux and 104 on macOS, with a NUL at the end. */
const LONGEST = 103

/**
 * Listens until this process ends or the returned function is called; keeps no process alive.
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
 * Connects to the listener. The connection ends when that process does, or when it stops listening. It keeps no
 * process alive.
 * @throws what connect throws: ECONNREFUSED when nobody listens
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

/** A path to the same file that a socket's address has room for. */
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
