/** Values as a person reads them. */

export const countOf = ({ length }: unknown[], thing: string): string =>
  `${length} ${thing}${length === 1 ? '' : 's'}`

/** Bytes in the unit that keeps them short: `1.2 MB`. */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB']
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1)
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`
}
