/**
 * What a server can do, by its own API document, beside what was written down of the release that the suite was last
 * run on: a new release shows its routes and fields here the day it is tried. `-u` writes them down.
 */
import { expect } from 'vitest'
import { linesOf } from '../server/api-document.ts'
import type { ApiDocument } from '../server/api-document.ts'
import { contract, request } from './contract.ts'

contract('the API document names no route or field that is not written down', async () => {
  const { body } = await request('GET', '/openapi.json')
  const lines = linesOf(body as unknown as ApiDocument)
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../server/api-document.txt')
})
