/** The request of a row: the options and `--body` of the command, filled in with the row's values. */
import type { Json, RunTaskRequest } from '../api/types.ts'
import { usageError } from '../errors.ts'
import { jsonTemplate, textTemplate, urlTemplate } from './template.ts'
import type { Template } from './template.ts'
import type { InputRow } from './rows.ts'

export interface RowRequest {
  /** With its templates, before any row is filled in. */
  body: RunTaskRequest
  /** Columns that the texts name. */
  columns: string[]
  /** @throws CliError `usage` if the address of a row is invalid */
  of: (row: InputRow) => RunTaskRequest
}

/** Fields whose texts may name columns, with the option that they come from. */
const TEMPLATES: Record<string, { option: string; make: (value: never) => Template<Json> }> = {
  prompt: { option: 'The prompt', make: (text: string) => textTemplate(text, 'The prompt') },
  url: { option: '--url', make: urlTemplate },
  title: { option: '--title', make: (text: string) => textTemplate(text, '--title') },
  data_extraction_schema: {
    option: '--schema',
    make: (value: Json) => jsonTemplate(value, '--schema'),
  },
}

/** @param more the fields of `--body`, which override the options */
export function rowRequest(body: RunTaskRequest, more: Record<string, unknown> = {}): RowRequest {
  const fields = Object.entries({ ...body, ...more }).filter(([, value]) => value !== undefined)
  const templates = fields.map(([name, value]) => {
    const ofBody = Object.hasOwn(more, name)
    return [name, templateOf(name, value as Json, ofBody)] as const
  })
  return {
    body,
    columns: templates.flatMap(([, { columns }]) => columns),
    of: (row) => {
      const filled = templates.map(([name, { fill }]) => [name, fill(row.values)])
      const request = Object.fromEntries(filled) as RunTaskRequest
      checkUrl(request.url, row.key)
      return request
    },
  }
}

function templateOf(name: string, value: Json, ofBody: boolean): Template<Json> {
  if (ofBody && name !== 'url') return jsonTemplate(value, `--body ${name}`)
  const known = TEMPLATES[name]
  return known ? known.make(value as never) : { columns: [], fill: () => value }
}

function checkUrl(url: string | undefined, key: string): void {
  if (url === undefined || (URL.canParse(url) && /^https?:/i.test(url))) return
  throw usageError(
    `Row "${key}" has no http(s) address: "${url.slice(0, 80)}".`,
    'Add --dry-run to see what would be sent.',
  )
}
