/** The licences of the bundled packages ask that their texts go where the code goes: `dist/licences.txt` has them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'

/** Folders of the packages that the programs built so far contain. */
const folders = new Set()

/** A plugin for rolldown: every program adds its packages and writes the file again. */
export const licences = {
  name: 'licences',
  writeBundle({ dir }, bundle) {
    for (const { moduleIds = [] } of Object.values(bundle)) {
      for (const id of moduleIds) {
        const folder = packageFolder(id)
        if (folder !== undefined) folders.add(folder)
      }
    }
    const texts = [...folders].map(licenceOf).sort()
    writeFileSync(join(dir, 'licences.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`))
  },
}

/** `…/node_modules/@scope/name` or `…/node_modules/name`; undefined for a file of ours. */
function packageFolder(file) {
  const parts = file.split(sep)
  const start = parts.lastIndexOf('node_modules') + 1
  if (start === 0 || file.startsWith('\0')) return undefined
  return parts.slice(0, start + (parts[start].startsWith('@') ? 2 : 1)).join(sep)
}

/** @throws when a package has no licence text: it may not be bundled */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)\b/i.test(file))
  if (files.length === 0) throw new Error(`${name} has no licence text.`)
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim())
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`
}
