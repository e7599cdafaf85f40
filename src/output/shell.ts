/** Lines that a shell may `eval` or `source`. */

/** `export NAME='value'`, a line each; nothing in a value can end its quotes. */
export function exportLines(variables: Record<string, string | undefined>): string {
  return Object.entries(variables)
    .flatMap(([name, value]) =>
      value === undefined ? [] : `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`,
    )
    .join('\n')
}
