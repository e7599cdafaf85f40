/** Formats the timeline of a run: oldest first, actions below their step. */
import type { TimelineAction, TimelineBlock, TimelineItem } from '../api/types.ts'
import { zonedTime } from '../http/clock.ts'
import { maskRequest } from '../output/mask.ts'

export interface Moment {
  depth: number
  kind: string
  status: string
  seconds: number | null
  text: string
  time: string
}

/** @param items newest first, as the API has them */
export const momentsOf = (items: TimelineItem[], depth = 0): Moment[] =>
  items.toReversed().flatMap((item) => {
    const { block, thought, children = [], created_at: created } = item
    const time = created ? zonedTime(created) : ''
    const below = momentsOf(children, depth + 1)
    if (block)
      return [blockMoment(block, depth, time), ...actionsOf(block, depth + 1, time), ...below]
    const text = thought?.answer || thought?.thought || thought?.observation
    return text ? [moment({ depth, kind: 'thought', text, time }), ...below] : below
  })

function blockMoment(block: TimelineBlock, depth: number, time: string): Moment {
  const { block_type: kind, status, duration, failure_reason: reason } = block
  const what = block.description || block.label || block.url || ''
  const text = reason ? [what.replace(/\.$/, ''), reason].filter(Boolean).join(': ') : what
  return moment({ depth, kind, text, time, status: status ?? '', seconds: duration ?? null })
}

/** Typed text is left out, because it may be a password. */
const actionsOf = ({ actions }: TimelineBlock, depth: number, time: string): Moment[] =>
  (actions ?? []).toReversed().map((action) =>
    moment({
      depth,
      kind: action.action_type,
      text: reasonOf(action),
      time,
      status: action.status ?? '',
    }),
  )

const reasonOf = ({ reasoning, intention, description }: TimelineAction): string =>
  reasoning || intention || description || ''

const moment = (
  given: Pick<Moment, 'depth' | 'kind' | 'text' | 'time'> & Partial<Moment>,
): Moment => ({
  status: '',
  seconds: null,
  ...given,
  text: String(maskRequest(given.text.replace(/\s+/g, ' ').trim())),
})

const MARKS: Record<string, string> = {
  completed: '✓',
  failed: '✗',
  terminated: '✗',
  timed_out: '✗',
}

/** The items as a tree. */
export function treeOf(moments: Moment[]): string[] {
  return moments.map(({ depth, kind, status, seconds, text }, index) => {
    const mark = kind === 'thought' ? '…' : (MARKS[status] ?? '·')
    const took = seconds === null ? '' : ` (${seconds.toFixed(1)} s)`
    const said = kind === 'thought' ? text : [kind, text].filter(Boolean).join(': ')
    return `${branch(moments, index, depth)}${mark} ${said}${took}`
  })
}

function branch(moments: Moment[], index: number, depth: number): string {
  if (depth === 0) return ''
  const next = moments.slice(index + 1).find((later) => later.depth <= depth)
  return '   '.repeat(depth - 1) + (next?.depth === depth ? '├─ ' : '└─ ')
}
