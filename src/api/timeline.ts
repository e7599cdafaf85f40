/** What a run did, and its webhook. */
import { about, many } from '../http/answer.ts'
import { pathTo } from '../http/id.ts'
import { BASE, defineRead, defineWrite } from './endpoint.ts'
import type { Open } from './types.ts'

/** Something that a run did or thought; newest first in lists. */
export interface TimelineItem {
  type: Open<'block' | 'thought'>
  block?: TimelineBlock | null
  thought?: { thought?: string | null; answer?: string | null; observation?: string | null } | null
  children?: TimelineItem[]
  created_at: string
}

export interface TimelineBlock {
  block_type: string
  label?: string | null
  description?: string | null
  status?: string | null
  failure_reason?: string | null
  url?: string | null
  /** Seconds. */
  duration?: number | null
  /** Newest first. */
  actions?: TimelineAction[] | null
}

export interface TimelineAction {
  action_type: string
  status?: string | null
  reasoning?: string | null
  intention?: string | null
  description?: string | null
}

export interface WebhookReplay {
  run_id: string
  target_webhook_url?: string | null
  status_code?: number | null
  latency_ms?: number | null
  response_body?: string | null
  error?: string | null
}

/** What a run did and thought, newest first. 400 for runs of engines that keep none. */
export const getRunTimeline = defineRead((runId: string) => ({
  path: pathTo`/v1/runs/${runId}/timeline`,
  expect: many<TimelineItem>(),
  since: BASE,
}))

/** Sends the webhook of a run that has ended once more; the answer says what came of it. */
export const retryRunWebhook = defineWrite((runId: string, body?: { webhook_url?: string }) => ({
  method: 'POST',
  path: pathTo`/v1/runs/${runId}/retry_webhook`,
  body: body ?? {},
  repeat: 'unsent',
  expect: about<WebhookReplay>('run_id', runId),
  since: BASE,
}))
