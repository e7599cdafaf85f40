/**
 * stdout and stderr. A stream that is not a terminal is written by its descriptor: Node's own stream would load its socket
 * code, which takes a tenth of the start-up time, and would write synchronously too.
 */
import { fstatSync, writeSync } from 'node:fs'

export class Sink {
  /** Whether it is a terminal. */
  readonly interactive: boolean
  private direct: boolean
  private opened: NodeJS.WriteStream | undefined

  constructor(
    private readonly descriptor: 1 | 2,
    private readonly open: () => NodeJS.WriteStream,
    /** Called when a write fails: at once, or later if Node's stream is used. */
    public onError: (error: NodeJS.ErrnoException) => void = () => {},
  ) {
    this.direct = process.platform !== 'win32' && !fstatSync(descriptor).isCharacterDevice()
    this.interactive = !this.direct && this.stream.isTTY === true
  }

  /** Node's own stream, for code that draws on a terminal. */
  get stream(): NodeJS.WriteStream {
    this.opened ??= this.open().on('error', (error) => this.onError(error))
    return this.opened
  }

  /** The width of the terminal. Undefined if it is not one. */
  get columns(): number | undefined {
    return this.interactive ? this.stream.columns : undefined
  }

  /** Writes text or bytes. Returns false if the stream should drain first, as Node's own `write` does. */
  write(data: string | Uint8Array): boolean {
    if (!this.direct) return this.stream.write(data)
    let rest = data
    try {
      while (rest.length > 0) rest = after(rest, this.writeOnce(rest))
    } catch (error) {
      this.direct = false
      const failure = error as NodeJS.ErrnoException
      // The pipe is full, and another process made it non-blocking. The stream waits until there is room.
      if (failure.code === 'EAGAIN') return this.stream.write(rest)
      this.onError(failure)
    }
    return true
  }

  private writeOnce(data: string | Uint8Array): number {
    // Two calls, because Node's types have two overloads.
    return typeof data === 'string'
      ? writeSync(this.descriptor, data)
      : writeSync(this.descriptor, data)
  }
}

/** What remains after the first bytes. Usually nothing, and then the text was not copied. */
const after = (data: string | Uint8Array, bytes: number): string | Uint8Array =>
  bytes === Buffer.byteLength(data) ? '' : Buffer.from(data).subarray(bytes)
