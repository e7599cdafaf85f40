/** Gives the contract suite a running server for as long as its cases need one. */
import type { TestProject } from 'vitest/node'
import { startRealServer } from './start.ts'

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, ...server } = await startRealServer()
  console.log(`skyvern ${server.version} on ${server.baseUrl}`)
  project.provide('server', server)
  return stop
}
