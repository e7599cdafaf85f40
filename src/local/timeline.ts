/** The timeline of a run: its steps in the form of the API's blocks. */
import { newId, parseWireTime } from './wire.ts'

export interface StepRecord {
  step_id: string
  description: string
  status: string
  failure_reason: string | null
  started_at: string
  finished_at: string | null
}

/** Adds a step, and ends the one before. */
export function startStep(
  steps: StepRecord[],
  description: string,
  now: number,
  time: string,
): StepRecord[] {
  const next: StepRecord = {
    step_id: newId('wrb', now),
    description,
    status: 'running',
    failure_reason: null,
    started_at: time,
    finished_at: null,
  }
  return [...endStep(steps, 'completed', null, time), next]
}

/** Ends the current step, if any. */
export function endStep(
  steps: StepRecord[],
  status: string,
  failureReason: string | null,
  time: string,
): StepRecord[] {
  return steps.map((step) =>
    step.finished_at === null
      ? { ...step, status, failure_reason: failureReason, finished_at: time }
      : step,
  )
}

/** Newest first, as on the real server. */
export function toTimeline(runId: string, steps: StepRecord[]): Record<string, unknown>[] {
  return steps.toReversed().map((step, index) => {
    const { step_id, description, status, failure_reason, started_at, finished_at } = step
    const [from, to] = [started_at, finished_at ?? started_at].map(parseWireTime)
    const block = {
      workflow_run_block_id: step_id,
      workflow_run_id: runId,
      block_type: 'action',
      label: `step_${steps.length - index}`,
      description,
      status,
      failure_reason,
      duration: finished_at === null ? null : ((to ?? 0) - (from ?? 0)) / 1000,
      actions: [],
      output: null,
      created_at: started_at,
      modified_at: finished_at ?? started_at,
    }
    return {
      type: 'block',
      attempt: 1,
      block,
      thought: null,
      children: [],
      created_at: started_at,
      modified_at: block.modified_at,
    }
  })
}
