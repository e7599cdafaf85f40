/** This machine prevents the embedded backend from working; `hint` says what to do. */
export class LocalError extends Error {
  override readonly name = 'LocalError'
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string,
  ) {
    super(message)
  }
}
