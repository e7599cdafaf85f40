/**
 * The API document of a server as lines that can be compared: every route, and the fields of those that the tool uses.
 * `*` is what the tool uses, `!` what it uses and the document leaves out.
 */
import { EXCHANGES } from '../support/wire.ts'
import { OTHER_ROUTES } from '../support/wire-page.ts'

interface Schema {
  $ref?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
}
interface Content {
  content?: Record<string, { schema?: Schema }>
}
interface Operation {
  parameters?: { name: string; in: string }[]
  requestBody?: Content
  responses?: Record<string, Content>
}
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

export function linesOf(document: ApiDocument): string[] {
  const used = usedRoutes()
  const documented = new Map(
    Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => [routeOf(method, path), operation]),
    ),
  )
  const routes = [...new Set([...documented.keys(), ...used.keys()])].toSorted()
  return routes.flatMap((route) => {
    const operation = documented.get(route)
    const fields = used.get(route)
    if (fields === undefined) return [`  ${route}`]
    if (operation === undefined) return [`! ${route}`]
    const known = fieldsOf(operation, document)
    const all = [...new Set([...known, ...fields])].toSorted()
    return [`* ${route}`, ...all.map((field) => `${markOf(field, fields, known)}     ${field}`)]
  })
}

/** What is only in answers passes through: that is no use of it. */
const markOf = (field: string, used: Set<string>, known: Set<string>): string =>
  used.has(field) ? (known.has(field) ? '*' : '!') : ' '

const routeOf = (method: string, path: string): string =>
  `${method.toUpperCase()} ${path.replace(/\{[^}]*\}|\*/g, '{id}')}`

/** The routes of the wire table with the fields that the tool sends. */
function usedRoutes(): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>(
    OTHER_ROUTES.filter((route) => route.includes('/')).map((route) => [route, new Set()]),
  )
  for (const { route, query = {}, body = {} } of EXCHANGES) {
    const [method = '', path = ''] = route.split(' ')
    const fields = used.get(routeOf(method, path)) ?? new Set()
    for (const name of Object.keys(query)) fields.add(`query ${name}`)
    for (const name of Object.keys(body as object)) fields.add(`body ${name}`)
    used.set(routeOf(method, path), fields)
  }
  return used
}

function fieldsOf(operation: Operation, document: ApiDocument): Set<string> {
  const { parameters = [], requestBody, responses = {} } = operation
  const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'))
  return new Set([
    ...parameters.filter((one) => one.in === 'query').map(({ name }) => `query ${name}`),
    ...namesIn(requestBody, document).map((name) => `body ${name}`),
    ...answers.flatMap(([, answer]) => namesIn(answer, document)).map((name) => `answer ${name}`),
  ])
}

const namesIn = ({ content = {} }: Content = {}, document: ApiDocument): string[] =>
  Object.values(content).flatMap(({ schema }) => (schema ? properties(schema, document) : []))

/** Of the object itself, of each of its forms, or of the rows of a list. */
function properties(schema: Schema, document: ApiDocument): string[] {
  const name = schema.$ref?.split('/').at(-1)
  if (name !== undefined) return properties(document.components.schemas[name] ?? {}, document)
  const forms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  const inside = [...forms, ...(schema.items ? [schema.items] : [])]
  return [
    ...Object.keys(schema.properties ?? {}),
    ...inside.flatMap((form) => properties(form, document)),
  ]
}
