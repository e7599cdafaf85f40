/** Multipart bodies that are read while they are sent, so that files are not held in memory. */
import { randomBytes } from 'node:crypto'
import type { StreamedBody } from './transport.ts'

/** A text, or a file: a name, a size in bytes, and a stream. A `Blob` or `File` is accepted too. */
export type Part = string | FilePart | BlobPart
export interface FilePart extends StreamedBody {
  name: string
}
interface BlobPart {
  name?: string
  size: number
  stream: () => AsyncIterable<Uint8Array>
}

/** A multipart body, recognised by the request function. */
export class Multipart implements StreamedBody {
  private readonly boundary = `skyvern-${randomBytes(16).toString('hex')}`
  private readonly parts: [head: Buffer, content: StreamedBody][]
  readonly contentType = `multipart/form-data; boundary=${this.boundary}`
  readonly size: number

  constructor(private readonly fields: [name: string, value: Part][]) {
    this.parts = fields.map(([name, value]) => {
      const file = typeof value === 'string' ? undefined : value
      const lines = [
        `--${this.boundary}`,
        `Content-Disposition: form-data; name="${quoted(name)}"${fileNameOf(file)}`,
        ...(file ? ['Content-Type: application/octet-stream'] : []),
      ]
      return [Buffer.from(`${lines.join(NEWLINE)}${NEWLINE}${NEWLINE}`), contentOf(value)]
    })
    const sizes = this.parts.map(([head, { size }]) => head.length + size + NEWLINE.length)
    this.size = sizes.reduce((sum, size) => sum + size, this.end.length)
  }

  /** A body of these fields, without those that are undefined. */
  static of(fields: Record<string, Part | number | undefined>): Multipart {
    return new Multipart(
      Object.entries(fields).flatMap(([name, value]): [string, Part][] =>
        value === undefined ? [] : [[name, typeof value === 'number' ? String(value) : value]],
      ),
    )
  }

  /** What a dry run shows. */
  shown(): Record<string, string> {
    return Object.fromEntries(
      this.fields.map(([name, value]) => [
        name,
        typeof value === 'string' ? value : `@${value.name ?? 'file'} (${value.size} bytes)`,
      ]),
    )
  }

  private get end(): Buffer {
    return Buffer.from(`--${this.boundary}--${NEWLINE}`)
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    for (const [head, content] of this.parts) {
      yield head
      yield* content.pieces()
      yield Buffer.from(NEWLINE)
    }
    yield this.end
  }
}

const NEWLINE = '\r\n'

/** Escapes quotes and line breaks in a name as browsers do. */
const quoted = (name: string): string =>
  name.replace(/["\r\n]/g, (sign) => encodeURIComponent(sign))

const fileNameOf = (file: FilePart | BlobPart | undefined): string =>
  file ? `; filename="${quoted(file.name ?? 'file')}"` : ''

function contentOf(value: Part): StreamedBody {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value)
    return { size: bytes.length, pieces: () => onePiece(bytes) }
  }
  return 'pieces' in value ? value : { size: value.size, pieces: () => value.stream() }
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
