/** The structure of an answer: its fields, and what can be told of their values without ids, times and addresses. */

export type Shape = string | number | boolean | null | Shape[] | { [key: string]: Shape }

const KINDS: [kind: string, pattern: RegExp][] = [
  ['<id>', /^([a-z]{1,6}(_v2)?_\d{15,}|o_test)$/],
  ['<time>', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/],
  ['<address>', /^(https?|wss?|file):\/\//],
  ['<hash>', /^[0-9a-f]{64}$/],
]

/** Numbers become `<number>`; a list is one item for each structure that its items have. */
export function shapeOf(value: unknown): Shape {
  if (Array.isArray(value)) {
    const shapes = value.map((item) => JSON.stringify(shapeOf(item)))
    return [...new Set(shapes)].map((text) => JSON.parse(text) as Shape)
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([key, field]) => [key, shapeOf(field)] as const)
    return Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }
  if (typeof value === 'string') return kindOf(value)
  return typeof value === 'number' ? '<number>' : ((value ?? null) as boolean | null)
}

function kindOf(text: string): string {
  const kind = KINDS.find(([, pattern]) => pattern.test(text))?.[0]
  return (
    kind ??
    text
      .replaceAll(/[a-z]{1,6}(_v2)?_\d{15,}|o_test/g, '<id>')
      .replaceAll(/\bhttp:\S+/g, '<address>')
  )
}
