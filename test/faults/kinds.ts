/** One command of each kind, and the exit status that each fault must give it. */
import { RUN_ID, SESSION_ID } from '../support/api.ts'
import type { Bearing, Fault } from './faults.ts'

export interface Kind {
  args: string[]
  /** The request that meets the fault. */
  meets: string
  /** Whether the request meets it, by how often it was made before. */
  isHit: (before: number, fault: Fault) => boolean
  /** How often the server may take the request up. */
  mostTaken: number
  exits: Record<Bearing, number>
  /** What stands between a fault and its message, in the cells where it is told in other words. */
  says?: Partial<Record<Bearing, RegExp>>
}

const always = (): boolean => true
const SESSION = `/v1/browser_sessions/${SESSION_ID}`

/** A wait asks again after what may pass; a refusal it is told at once, a 404 after three of them. */
const afterFirstLook = (before: number, { bearing }: Fault): boolean =>
  typeof bearing === 'number' ? before > 0 : before === 1

const READ = {
  unsent: 7,
  lost: 7,
  failed: 1,
  garbled: 1,
  empty: 1,
  redirected: 1,
  limited: 1,
  403: 4,
  404: 5,
  409: 6,
  422: 1,
} as const satisfies Record<Bearing, number>

/** Nothing came back: it may bill. */
const CREATE = { ...READ, lost: 75, failed: 75, garbled: 75, empty: 75 }

/** The close went through, and nobody can say that the session has ended. */
const CLOSE_IN_DOUBT = {
  unsent: 75,
  lost: 75,
  failed: 75,
  garbled: 75,
  empty: 75,
  redirected: 75,
  limited: 75,
  403: 75,
  404: 75,
  409: 75,
  422: 75,
} as const satisfies Record<Bearing, number>
export const KINDS: Record<string, Kind> = {
  read: {
    args: ['session', 'list'],
    meets: 'GET /v1/browser_sessions',
    isHit: always,
    mostTaken: 2,
    exits: READ,
  },
  close: {
    args: ['session', 'close', SESSION_ID, '--wait-timeout', '1'],
    meets: `POST ${SESSION}/close`,
    isHit: always,
    mostTaken: 2,
    exits: {
      ...READ,
      unsent: 75,
      lost: 75,
      failed: 75,
      garbled: 75,
      empty: 75,
      redirected: 75,
      limited: 75,
    },
    // Any JSON answers a close; what counts is that the session has not ended.
    says: { garbled: /may still be open and billing/, empty: /may still be open and billing/ },
  },
  verify: {
    args: ['session', 'close', SESSION_ID, '--wait-timeout', '1'],
    meets: `GET ${SESSION}`,
    isHit: always,
    mostTaken: 99,
    exits: CLOSE_IN_DOUBT,
  },
  patch: {
    args: ['session', 'patch', SESSION_ID, '--generate-browser-profile'],
    meets: `PATCH ${SESSION}`,
    isHit: always,
    mostTaken: 2,
    // A change that is answered without a body is looked at.
    exits: { ...READ, empty: 0, 409: 5 },
  },
  create: {
    args: ['session', 'create'],
    meets: 'POST /v1/browser_sessions',
    isHit: always,
    mostTaken: 1,
    exits: CREATE,
  },
  submit: {
    args: ['task', 'run', 'Extract it', '--no-session', '--no-wait'],
    meets: 'POST /v1/run/tasks',
    isHit: always,
    mostTaken: 1,
    exits: CREATE,
  },
  extend: {
    args: ['session', 'extend', SESSION_ID, '--by', '30'],
    meets: `POST ${SESSION}/extend`,
    isHit: always,
    mostTaken: 1,
    exits: { ...CREATE, 404: 1, 409: 1 },
    says: { 404: /cannot extend sessions/ },
  },
  profile: {
    args: ['profile', 'create', 'shop'],
    meets: 'POST /v1/browser_profiles',
    isHit: always,
    mostTaken: 1,
    // Its name is unique, and found in the list.
    exits: { ...READ, lost: 0, failed: 0, garbled: 0, empty: 0 },
  },
  wait: {
    args: ['task', 'wait', RUN_ID, '--wait-timeout', '20'],
    meets: `GET /v1/runs/${RUN_ID}`,
    isHit: afterFirstLook,
    mostTaken: 99,
    exits: { ...READ, lost: 0, failed: 0, garbled: 0, empty: 0, redirected: 0, limited: 0 },
  },
  exec: {
    args: ['session', 'exec', '--wait-timeout', '5', '--', 'echo', 'ran'],
    meets: 'POST /v1/browser_sessions',
    isHit: always,
    mostTaken: 1,
    // Its own failures have a number that commands do not use.
    exits: {
      ...CREATE,
      unsent: 125,
      redirected: 125,
      limited: 125,
      403: 125,
      404: 125,
      409: 125,
      422: 125,
    },
  },
}
