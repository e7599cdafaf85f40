/**
 * Prints the section of CHANGELOG.md for a tag: `node .config/release-notes.mjs v1.2.3`.
 * Fails where the package has another version or the changelog has no such section.
 */
import { readFileSync } from 'node:fs'

const read = (file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
const [tag = ''] = process.argv.slice(2)
const { version } = JSON.parse(read('package.json'))
if (tag !== `v${version}`) fail(`The tag is ${tag || 'missing'}, and package.json has ${version}.`)

const sections = read('CHANGELOG.md').split(/^## /m)
const section = sections.find((text) => text.split(/\s/, 1)[0] === version)
if (section === undefined) fail(`CHANGELOG.md has no section ${version}.`)
console.log(section.slice(section.indexOf('\n')).trim())

function fail(message) {
  console.error(`error: ${message}`)
  process.exit(1)
}
