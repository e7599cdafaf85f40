/** Safe names for files that a server names: the server may be hostile, or just careless. */

/** Characters with a meaning in file systems, and invisible ones. */
const UNSAFE = /[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029<>:"|?*\\/]/gu
/** Device names of Windows, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
const LONGEST = 200

/** The last part of a path as a plain file name: not hidden, not a device, without control characters. May be empty. */
export function safeName(given: string): string {
  const base = given.toWellFormed().split(/[\\/]/).at(-1) ?? ''
  const name = base
    .replace(UNSAFE, '_')
    .trim()
    .replace(/[. ]+$/, '')
    .replace(/^\.+/, '_')
  const [, stem = '', ending = ''] = /^(.*?)((?:\.[A-Za-z0-9]{1,8}){0,2})$/su.exec(name) ?? []
  const short = [...stem].slice(0, LONGEST / 4).join('') + ending
  const fitting = Buffer.byteLength(name) > LONGEST ? short : name
  return DEVICE.test(fitting) ? `_${fitting}` : fitting
}

/** Makes the names distinct by adding numbers: `a.pdf`, `a (2).pdf`. Upper and lower case count as the same. */
export function distinctNames(names: string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const [, stem = '', ending = ''] = /^(.+?)((?:\.[^.]*)?)$/s.exec(name) ?? []
    let distinct = name
    for (let count = 2; taken.has(distinct.toLowerCase()); count++) {
      distinct = `${stem} (${count})${ending}`
    }
    taken.add(distinct.toLowerCase())
    return distinct
  })
}
