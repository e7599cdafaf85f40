/** The data that the reader returns. `names` of a part come nearest first: caption or label, then the headings above it. */

export interface RawCell {
  text: string
  header?: boolean
  /** How many columns and rows it spans, if more than one. */
  wide?: number
  deep?: number
}

export interface RawRow {
  part: 'head' | 'body' | 'foot'
  cells: RawCell[]
  /** Pixels, relative to the unscrolled start of the page and its boxes. */
  top: number
  height: number
}

export type RawPart =
  | {
      is: 'table'
      at: number
      names: string[]
      rows: RawRow[]
      declared: number | null
      /** Texts of rows that can be expanded. */
      collapsed: string[]
      busy: boolean
    }
  | { is: 'list'; at: number; names: string[]; items: string[]; busy: boolean }
  | {
      is: 'control'
      at: number
      name: string
      rel: string
      inPager: boolean
      /** Whether its container is only a pager. */
      surely: boolean
      disabled: boolean
      accessible: boolean
      /** Whether pressing it posts a form. */
      sends: boolean
    }
  | { is: 'pair'; names: string[]; label: string; value: string }
  | { is: 'line'; names: string[]; text: string; next: string }
