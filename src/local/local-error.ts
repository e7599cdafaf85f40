/** Something about this machine keeps the embedded backend from working; `hint` says what to do about it. */
export class LocalError extends Error {
  readonly code: string
  readonly hint: string

  constructor(code: string, message: string, hint: string) {
    super(message)
    this.name = 'LocalError'
    this.code = code
    this.hint = hint
  }
}
