/** `agent run`: runs a saved agent in a session, and waits for its output as `task run` does. */
import type { Command } from 'commander'
import { runAgent } from '../../api/endpoints.ts'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { parseAssignments } from '../../options/parse.ts'
import { readJsonOption } from '../../options/text.ts'
import { findAgent, valuesFor } from '../../runs/agent.ts'
import { addRunOptions, fileOption, parseUrl } from '../../runs/options.ts'
import type { RunOptions } from '../../runs/options.ts'
import { placeOf, startRun } from '../../runs/start.ts'
import { checkDropped } from '../../sessions/dropped.ts'

interface AgentOptions extends RunOptions {
  param?: Record<string, string[]>
  params?: string
  file?: string[]
  webhookUrl?: string
}

export function define(command: Command, context: Context): void {
  const own = command
    .argument('<agent>', 'Id or title')
    .option('--param <pair>', 'Give a parameter, name=value; repeatable', parseAssignments)
    .option('--params <json>', 'Give parameters as an object: JSON, @file or -')
    .addOption(fileOption())
    .option('--webhook-url <url>', 'Called when the run ends', parseUrl)
  addRunOptions(own).action((agent: string, options: AgentOptions) => run(context, agent, options))
}

async function run(context: Context, given: string, options: AgentOptions): Promise<void> {
  const texts = Object.fromEntries(
    Object.entries(options.param ?? {}).map(([key, all]) => [key, all.at(-1) ?? '']),
  )
  const values = options.params === undefined ? {} : readJsonOption(options.params, '--params')
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw usageError('--params takes a JSON object.')
  }
  const place = await placeOf(context, options)
  const { client, sessionId, profileId } = place
  // A dry run sends no requests, so the agent cannot be looked up: it shows the given parameters.
  const agent = client.dryRun ? undefined : await findAgent(client, given)
  const body = {
    agent_id: agent?.workflow_permanent_id ?? given,
    parameters: agent ? valuesFor(agent, texts, values) : { ...values, ...texts },
    browser_session_id: sessionId,
    browser_profile_id: profileId,
    webhook_url: options.webhookUrl,
  }
  await checkDropped(context, client, 'run', body)
  const submission = (file_ids?: string[]) => ({
    what: 'the agent',
    send: (request = {}) => runAgent(client, { ...body, file_ids }, request),
    sessionId,
    mayBe: ({ workflow_id: id }: Record<string, unknown>) =>
      id === undefined || id === body.agent_id,
  })
  await startRun(context, place, submission, options, agent?.title)
}
