/** `local env`: the embedded backend's address and key as lines for eval, for programs that know only the cloud. */
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { exportLines } from '../../output/scripts.ts'

export function define(command: Command, context: Context): void {
  command.action(async () => {
    const { baseUrl, apiKey } = await context.local()
    const variables = { SKYVERN_BASE_URL: baseUrl, SKYVERN_API_KEY: apiKey }
    context.output.result(variables, exportLines(variables))
  })
}
