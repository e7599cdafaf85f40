/**
 * stdout and stderr. What is no terminal is written to by its descriptor: node's own stream brings a socket along, a
 * tenth of a start, and would write at once too.
 */
import { fstatSync, writeSync } from 'node:fs'

export class Sink {
  /** Whether somebody reads it on a terminal. */
  readonly interactive: boolean
  private direct: boolean
  private opened: NodeJS.WriteStream | undefined

  constructor(
    private readonly descriptor: 1 | 2,
    private readonly open: () => NodeJS.WriteStream,
    /** What a write that fails does: at once, or later for what goes through node's stream. */
    public onError: (error: NodeJS.ErrnoException) => void = () => {},
  ) {
    this.direct = process.platform !== 'win32' && !fstatSync(descriptor).isCharacterDevice()
    this.interactive = !this.direct && this.stream.isTTY === true
  }

  /** Node's own stream, for what draws on a terminal. */
  get stream(): NodeJS.WriteStream {
    this.opened ??= this.open().on('error', (error) => this.onError(error))
    return this.opened
  }

  /** The width of the terminal, if it is one. */
  get columns(): number | undefined {
    return this.interactive ? this.stream.columns : undefined
  }

  /** Writes text or bytes; false when the stream should drain first, as node's own says it. */
  write(data: string | Uint8Array): boolean {
    if (!this.direct) return this.stream.write(data)
    let rest = data
    try {
      while (rest.length > 0) rest = after(rest, this.writeOnce(rest))
    } catch (error) {
      this.direct = false
      const failure = error as NodeJS.ErrnoException
      // A full pipe that another process made non-blocking: the stream waits until there is room.
      if (failure.code === 'EAGAIN') return this.stream.write(rest)
      this.onError(failure)
    }
    return true
  }

  private writeOnce(data: string | Uint8Array): number {
    // Two calls, because node types them as two functions.
    return typeof data === 'string'
      ? writeSync(this.descriptor, data)
      : writeSync(this.descriptor, data)
  }
}

/** What is left after so many bytes. Mostly nothing is, and a text was then written without a copy of it. */
const after = (data: string | Uint8Array, bytes: number): string | Uint8Array =>
  bytes === Buffer.byteLength(data) ? '' : Buffer.from(data).subarray(bytes)
