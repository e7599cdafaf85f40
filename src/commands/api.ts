/** `api`: an authenticated request to any endpoint. The body of the answer goes to stdout, byte for byte. */
import { readFileSync } from 'node:fs'
import { Option } from 'commander'
import type { Command } from 'commander'
import { withoutSecrets } from '../http/answer.ts'
import type { StreamReply } from '../http/answer.ts'
import { baseUrlOf } from '../http/base-url.ts'
import { hasUnusualNumbers, loadExactParser } from '../http/numbers.ts'
import { request } from '../http/request.ts'
import type { Call, Client } from '../http/request.ts'
import { errorOfAnswer } from '../http/errors.ts'
import { Multipart } from '../http/multipart.ts'
import type { Part } from '../http/multipart.ts'
import { reasonOf } from '../system/files.ts'
import type { Context } from '../context.ts'
import { fileOf } from '../files/upload.ts'
import { usageError } from '../errors.ts'
import type { CliError } from '../errors.ts'
import { cleanBlock, cleanLine } from '../output/clean.ts'
import { stringify } from '../output/json.ts'
import { parseAssignments, parseJsonAssignments } from '../options/parse.ts'
import { readText } from '../options/text.ts'
import { decodeText, NotText, withoutMark } from '../system/text.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

interface ApiOptions {
  method?: (typeof METHODS)[number]
  rawField?: Record<string, string[]>
  field?: Record<string, unknown>
  form?: Record<string, string[]>
  bodyFile?: string
  include?: boolean
}

export function define(command: Command, context: Context): void {
  command
    .argument('<path>', 'Path below the base URL: /v1/credentials')
    .addOption(
      new Option('-X, --method <method>', 'GET, or POST with fields or a body')
        .choices(METHODS)
        .argParser(parseMethod),
    )
    .option('-f, --raw-field <pair>', 'Text field, name=value; repeatable', parseAssignments)
    .option(
      '-F, --field <pair>',
      'JSON field, name=json, name=@file or name=-; repeatable',
      parseJsonAssignments,
    )
    .option(
      '--form <pair>',
      'Part of a multipart form, name=text or name=@file; repeatable',
      parseAssignments,
    )
    .option('--body-file <file>', 'Send a file as the body, or - for standard input')
    .option('-i, --include', 'Print the status line and the headers too')
    .action((path: string, options: ApiOptions) => call(context, path, options))
}

function parseMethod(text: string): (typeof METHODS)[number] {
  const method = METHODS.find((known) => known === text.toUpperCase())
  if (method) return method
  throw usageError(`--method takes one of: ${METHODS.join(', ')}.`)
}

async function call(context: Context, path: string, options: ApiOptions): Promise<void> {
  const client = await context.client()
  const requestOptions = context.requestOptions()
  const isJson = /json|^$/i.test(client.headers?.['content-type'] ?? '')
  const reply = await request<StreamReply>(
    client,
    {
      path: pathBelow(client, path),
      ...(await messageOf(options, requestOptions.bodyParams !== undefined, isJson)),
      expect: 'reply',
    },
    requestOptions,
  )
  const { status } = reply
  if (options.include) await writeHead(context, reply)
  const text = await writeBody(context, reply)
  if (status >= 300) throw errorOfAnswer(status, withoutSecrets(text, client), client.host)
}

/** The path of the request. Another origin is refused, because the key would go there. @throws CliError `usage` */
function pathBelow({ baseUrl }: Client, given: string): string {
  if (/^[a-z]:[\\/]/i.test(given)) throw notAnAddress(given)
  const base = baseUrlOf(baseUrl)
  const absolute = /^[a-z][a-z0-9+.-]*:/i.test(given)
  const rooted = absolute || given.startsWith('/') ? given : `/${given}`
  const url = URL.canParse(rooted, base) ? new URL(rooted, base) : undefined
  if (!url || url.origin !== base.origin || url.username) {
    throw usageError(`${cleanLine(given, 200)} is not below ${base.origin}.`)
  }
  const path = url.pathname + url.search
  const root = base.pathname.replace(/\/$/, '')
  return absolute && root && path.startsWith(`${root}/`) ? path.slice(root.length) : path
}

/** Git Bash on Windows turns `/v1/runs` into `C:/Program Files/Git/v1/runs` before a program sees it. */
function notAnAddress(given: string): CliError {
  const slashed = given.replaceAll('\\', '/')
  const [, meant = 'v1/…'] = /\/((api\/)?v\d+(\/.*)?)$/.exec(slashed) ?? []
  return usageError(
    `${cleanLine(given, 200)} is a path on this machine. Git Bash rewrites a path with a leading slash like this.`,
    `Leave out the slash: \`skyvern api ${cleanLine(meant, 200)}\`. Or set MSYS_NO_PATHCONV=1.`,
  )
}

/** Method and content. The fields of a GET become its query. */
async function messageOf(
  options: ApiOptions,
  hasBody: boolean,
  isJson: boolean,
): Promise<Omit<Call, 'path' | 'expect'>> {
  const { rawField, field, form, bodyFile } = options
  const fields = { ...lastOf(rawField), ...filesOf(field) }
  const hasFields = Object.keys(fields).length > 0
  const whole = [form && '--form', bodyFile !== undefined && '--body-file'].filter(Boolean)
  if (whole.length > 0 && (whole.length > 1 || hasFields || hasBody)) {
    throw usageError(`${whole.join(', ')} and fields exclude each other.`)
  }
  const sends = hasFields || hasBody || whole.length > 0
  const method = options.method ?? (sends ? 'POST' : 'GET')
  const repeat = method === 'GET' ? 'safe' : 'unsent'
  if (bodyFile !== undefined) return { method, repeat, body: readBody(bodyFile, isJson) }
  if (form) return { method, repeat, body: await multipartOf(form) }
  if (!hasFields) return { method, repeat }
  if (method !== 'GET') return { method, repeat, body: fields }
  const texts = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  return { method, repeat, query: Object.fromEntries(texts) }
}

/** `name=@path` means the file, which is read while it is sent. A name may be repeated. */
async function multipartOf(form: Record<string, string[]>): Promise<Multipart> {
  const parts = Object.entries(form).flatMap(([name, values]) =>
    values.map(async (value): Promise<[string, Part]> => {
      const part = value.startsWith('@') ? await fileOf(value.slice(1), '--form') : value
      return [name, part]
    }),
  )
  return new Multipart(await Promise.all(parts))
}

const lastOf = (fields: Record<string, string[]> = {}): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, values.at(-1)]))

/** Replaces `name=@file` and `name=-` by their texts. */
const filesOf = (fields: Record<string, unknown> = {}): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? readText(value, name) : value,
    ]),
  )

/** Decodes JSON in any encoding. Other types of content are sent unchanged. */
function readBody(file: string, isJson: boolean): Uint8Array | string {
  try {
    const bytes = readFileSync(file === '-' ? 0 : file)
    return isJson ? decodeText(bytes) : bytes
  } catch (error) {
    const hint = error instanceof NotText ? NOT_JSON : undefined
    throw usageError(`--body-file: ${file} cannot be read: ${reasonOf(error)}.`, hint)
  }
}

const NOT_JSON = "If the body is not JSON, set its type: --header 'content-type: …'"

async function writeHead({ output }: Context, reply: StreamReply): Promise<void> {
  const { status, statusText, rawHeaders } = reply
  const lines = [`HTTP/1.1 ${status} ${statusText}`.trimEnd()]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`)
  }
  output.write(`${lines.map((line) => cleanLine(line)).join('\n')}\n\n`)
}

/** Bytes of an error's body that are kept for its message. */
const ERROR_TEXT = 64 * 1024

/** Writes bytes unchanged to a pipe or file, and cleaned text to a terminal. Returns the text of an error. */
async function writeBody({ output }: Context, { status, body }: StreamReply): Promise<string> {
  const kept: Buffer[] = []
  let size = 0
  const fails = status >= 300
  const whole = output.terminal.interactive || (output.mode.fields !== undefined && !fails)
  for await (const chunk of body) {
    if (whole || (fails && size < ERROR_TEXT)) kept.push(chunk)
    size += chunk.length
    if (!whole) await output.writeBytes(chunk)
  }
  const text = Buffer.concat(kept).toString('utf8')
  if (whole && text) await writeText(output, text, fails)
  return text
}

/** An error is shown whole, because it does not have the selected fields. */
async function writeText(output: Context['output'], text: string, fails: boolean): Promise<void> {
  try {
    const parse = hasUnusualNumbers(text) ? await loadExactParser() : JSON.parse
    const value: unknown = parse(withoutMark(text))
    const pretty = stringify(value, true)
    if (fails) output.write(cleanBlock(pretty))
    else output.result(value, pretty)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    output.write(cleanBlock(text))
  }
}
