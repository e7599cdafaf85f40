/** The values that the API documents, for help and for checks. What a server answers may be newer. */

/** Seconds for each try of creating a session. */
export const CREATE_TIMEOUT = 120

export const EXTENSIONS = ['ad-blocker', 'captcha-solver'] as const
export const BROWSER_TYPES = ['chrome', 'msedge', 'stealth-chromium'] as const
export const ENGINES = [
  'skyvern-1.0',
  'skyvern-2.0',
  'skyvern-3.0',
  'openai-cua',
  'anthropic-cua',
  'ui-tars',
  'yutori-navigator',
] as const
export const RUN_TYPES = [
  'task_v1',
  'task_v2',
  'task_v3',
  'openai_cua',
  'anthropic_cua',
  'ui_tars',
  'yutori_navigator',
  'workflow_run',
] as const

const FINAL = ['completed', 'failed', 'terminated', 'timed_out', 'canceled'] as const
export const FINAL_RUN_STATUSES: readonly string[] = FINAL
export const RUN_STATUSES = ['created', 'queued', 'running', 'paused', ...FINAL] as const

/** An unknown status is not final; neither is a failed attempt that another one follows. */
export const isFinal = (run: { status: string; retry_pending?: boolean }): boolean =>
  FINAL_RUN_STATUSES.includes(run.status) && run.retry_pending !== true
