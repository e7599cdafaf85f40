/** Numbers of things, as they are said: `1 file`, `3 files`. */
export const countOf = ({ length }: unknown[], thing: string): string =>
  `${length} ${thing}${length === 1 ? '' : 's'}`
