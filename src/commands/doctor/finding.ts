/** What one check of `doctor` found. */
export interface Finding {
  check: string
  status: 'ok' | 'warning' | 'failed'
  detail: string
  fix?: string
}
