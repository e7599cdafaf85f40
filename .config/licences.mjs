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
    writeFileSync(join(dir, 'licences.txt'), sectionsOf([...folders].map(licenceOf)))
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
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')
  const owners = text.match(COPYRIGHT) ?? []
  return {
    package: [`${name} ${version} (${license})`, ...owners.map((line) => line.trim())].join('\n  '),
    terms: text.replace(COPYRIGHT, '').trim(),
  }
}

const COPYRIGHT = /^[ \t]*copyright .*$/gim

/** Terms that are the same, but for white space and their title, are written once, below all whose terms they are. */
function sectionsOf(licences) {
  const sections = new Map()
  for (const licence of licences) {
    const key = licence.terms.replace(/^.*license.*\n/i, '').replace(/\s+/g, ' ')
    const section = sections.get(key) ?? { packages: [], terms: licence.terms }
    section.packages.push(licence.package)
    sections.set(key, section)
  }
  return [...sections.values()]
    .map(({ packages, terms }) => `${packages.sort().join('\n')}\n\n${terms}\n`)
    .sort()
    .join(`\n${'-'.repeat(80)}\n\n`)
}
