/** The daemon that owns a folder, and the error if it cannot be reached from here. */
import { lifeOf } from '../system/identity.ts'
import { ageOf } from '../system/lock-holder.ts'
import type { LockHolder } from '../system/lock-holder.ts'
import { LocalError } from './local-error.ts'
import { isStopped } from './process-state.ts'

/** Whether this process can signal it: only from the same container and machine. */
export const isReachable = ({ owner, seen }: LockHolder): boolean =>
  seen && owner !== undefined && lifeOf(owner) === 'alive'

/** The error for a daemon that owns the folder but does not answer. */
export function unreachable(holder: LockHolder, lock: string): LocalError {
  const { owner, seen } = holder
  const who = owner ? `process ${owner.pid} on ${owner.host}, since ${ageOf(owner)}` : 'unknown'
  const told = (what: string, hint: string): LocalError =>
    new LocalError('taken', `The embedded backend of this folder (${who}) ${what}.`, hint)
  if (owner && isReachable(holder) && isStopped(owner.pid)) {
    return told(
      'is stopped, and answers nothing',
      `Let it go on: \`kill -CONT ${owner.pid}\`, or end it: \`skyvern local stop\``,
    )
  }
  if (isReachable(holder)) {
    return told('does not answer', 'End it: `skyvern local stop`')
  }
  const elsewhere = 'Or choose another folder: SKYVERN_CONFIG_DIR.'
  return seen
    ? told('runs in another container', `Stop it there. ${elsewhere}`)
    : told(
        'belongs to another machine, or ran before this one was restarted',
        `If it has ended, remove its lock: \`rm -r '${lock}'\`. ${elsewhere}`,
      )
}
