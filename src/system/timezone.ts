/** Whether it is the IANA name of a time zone, such as `Europe/Berlin`: the API takes no offsets. */
export function isTimezone(text: string): boolean {
  if (/^[+-]|^\d/.test(text)) return false
  try {
    Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}
