/** Whether the text is an IANA time zone, such as `Europe/Berlin`. The API does not accept offsets. */
export function isTimezone(text: string): boolean {
  if (/^[+-]|^\d/.test(text)) return false
  try {
    Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}
