/** A run: its stored record and its form in the API. */
import type { Json } from '../api/types.ts'
import { isFinal } from '../api/values.ts'
import { contentAddress, toDownloadedFiles } from './artifacts.ts'
import type { ArtifactRecord } from './artifacts.ts'
import type { StepRecord } from './timeline.ts'
import { HttpError, newId, wireTime } from './wire.ts'

const RUN_TYPE: Record<string, string> = {
  'skyvern-1.0': 'task_v1',
  'skyvern-2.0': 'task_v2',
  'skyvern-3.0': 'task_v3',
  login: 'workflow_run',
}

export interface RunRecord {
  run_id: string
  run_type: string
  status: string
  output: Json
  failure_reason: string | null
  title: string | null
  step_count: number | null
  max_screenshot_scrolls: number | null
  browser_profile_id: string | null
  run_request: { [key: string]: Json }
  created_at: string
  modified_at: string
  queued_at: string | null
  started_at: string | null
  finished_at: string | null
  steps: StepRecord[]
  /** The `wr_…` id of a `tsk_v2_…`, which a session shows as its occupant. */
  workflow_run_id: string | null
}

export interface RunRequest {
  /** `login` for a log-in run, which has a `wr_…` id as on the real server. */
  engine: string
  title: string | null
  maxScreenshotScrolls: number | null
  profile: string | null
  /** The request, with its secrets masked. */
  request: { [key: string]: Json }
}

export function newRun(options: RunRequest, now: number): RunRecord {
  const created = wireTime(now)
  const isV2 = options.engine === 'skyvern-2.0'
  const isLogin = options.engine === 'login'
  return {
    run_id: newId(isLogin ? 'wr' : isV2 ? 'tsk_v2' : 'tsk', now),
    run_type: RUN_TYPE[options.engine] ?? options.engine.replaceAll('-', '_'),
    status: isV2 ? 'queued' : 'created',
    output: null,
    failure_reason: null,
    title: options.title,
    step_count: null,
    max_screenshot_scrolls: options.maxScreenshotScrolls,
    browser_profile_id: options.profile,
    run_request: options.request,
    created_at: created,
    modified_at: created,
    queued_at: isV2 ? created : null,
    started_at: null,
    finished_at: null,
    steps: [],
    workflow_run_id: isV2 ? newId('wr', now) : null,
  }
}

/** The real server's answers to a late cancel. */
export function refuseFinal(run: RunRecord): void {
  if (!isFinal(run)) return
  const { run_id, status } = run
  if (status === 'canceled') {
    const why = 'because task is already canceled'
    throw new HttpError(400, `Invalid task status transition to canceled for ${run_id} ${why}`)
  }
  if (status === 'timed_out') throw new Error('TaskAlreadyTimeout')
  const detail = `Invalid task status transition from ${status} to canceled for ${run_id}`
  throw new HttpError(400, detail)
}

export function toWireRun(
  run: RunRecord,
  left: ArtifactRecord[],
  baseUrl: string,
): Record<string, unknown> {
  const { workflow_run_id: _behind, title: _title, steps: _steps, ...wire } = run
  const pictures = left.filter(({ artifact_type }) => artifact_type === 'screenshot_final')
  const urls = pictures.map(({ artifact_id }) => contentAddress(artifact_id, baseUrl))
  const hasBegun = run.started_at !== null || isFinal(run)
  return {
    ...wire,
    // A submit is answered before the run has results.
    queued_at: hasBegun ? run.queued_at : null,
    downloaded_files: hasBegun ? toDownloadedFiles(left, baseUrl) : null,
    recording_url: null,
    recording_archived: false,
    screenshot_urls: urls.length > 0 ? urls : null,
    errors: hasBegun ? [] : null,
    app_url: null,
    browser_session_id: null,
    script_run: null,
    ...(run.run_type === 'workflow_run' && ofAgent(run)),
  }
}

const NOT_YET = { parameters: null, proxy_location: null }

const attemptOf = ({ status, failure_reason, started_at, finished_at }: RunRecord) => ({
  attempt_number: 1,
  status,
  failure_reason,
  error_codes: [],
  started_at,
  finished_at,
  retry_decision: null,
  decision_reason: null,
  next_attempt_at: null,
  webhook_sent_at: null,
})

/** Extra fields of agent runs; on the real server a log-in is one. */
const ofAgent = (run: RunRecord): Record<string, unknown> => ({
  browser_session_id: run.run_request['browser_session_id'] ?? null,
  queued_at: run.started_at,
  // A submit is answered before the first attempt.
  run_request: run.started_at ? run.run_request : { ...run.run_request, ...NOT_YET },
  attempt: 1,
  retry_pending: false,
  next_attempt_at: null,
  attempts: run.started_at ? [attemptOf(run)] : [],
  run_with: 'agent',
  ai_fallback: null,
  script_id: null,
  browser_seed_source: null,
  browser_settings_receipt: null,
})
