/**
 * Where the two targets of the contract suite answer differently, each with its reason. A case that is not named here must
 * come out the same on both.
 */
export interface Difference {
  case: string
  target: 'embedded' | 'server'
  reason: string
  /** What the case sees on this target. Without it the case does not exist there. */
  instead?: unknown
}

const oneKey =
  'it has one key, made with its state folder: there is no other that could be issued, revoked or expire'

export const differences: Difference[] = [
  { case: 'a key that was never issued is refused', target: 'embedded', reason: oneKey },
  {
    case: 'a revoked key is refused, and the way to a new one named',
    target: 'embedded',
    reason: oneKey,
  },
  { case: 'an expired key is refused', target: 'embedded', reason: oneKey },
  {
    case: 'create --timeout 120 --proxy US is accepted as it stands',
    target: 'embedded',
    reason: 'it has no proxies, and says so in a warning',
    instead: false,
  },
  {
    case: 'a login kept for a day survives in a profile',
    target: 'server',
    reason:
      'it copies the profile before it closes the browser, which writes cookies down every half minute; `close --save-profile` waits for that',
    instead: null,
  },
  {
    case: 'a second task in one session with skyvern-1.0',
    target: 'server',
    reason:
      'it never releases a session after a run of skyvern-1.0; the tool says so, and uses skyvern-2.0 in sessions',
    instead: 6,
  },
  {
    case: 'skyvern-1.0 with an address returns output',
    target: 'server',
    reason:
      'with an address it takes the whole prompt for navigation; in sessions the tool uses skyvern-2.0',
    instead: true,
  },
  {
    case: 'an address that cannot be reached fails the run',
    target: 'server',
    reason:
      'with skyvern-2.0 it reads the error page of its browser up to 50 times, which takes about nine minutes, and fails then',
  },
  {
    case: 'closing a session ends the run in it',
    target: 'server',
    reason:
      'its run fails in the words of the browser library, which does not know why its page is gone',
    instead: { exit: 3, code: 'run_failed' },
  },
  {
    case: 'a log-in that the site refuses fails, and its timeline says where',
    target: 'embedded',
    reason: 'it carries out steps and judges no goals: a step that the page refuses fails the run',
    instead: 'run_failed',
  },
  {
    case: 'the API document names no route or field that is not written down',
    target: 'embedded',
    reason: 'it has no API document: it speaks that of the real server',
  },
  {
    case: 'an agent runs in the session of a log-in',
    target: 'embedded',
    reason: 'agents need a language model, and it has none: they are refused with 501',
  },
  {
    case: 'a goal that the page says is out of reach terminates the run',
    target: 'embedded',
    reason: 'it carries out steps and judges no goals: a step that the page refuses fails the run',
    instead: 'run_failed',
  },
]

/** Fields of the embedded backend's answers that differ: `name of the answer: path`, with the reason. */
export const shapeDifferences: [pattern: RegExp, reason: string][] = [
  [/body\.(\d+\.)?app_url$/, 'it has no web application'],
  [/body\.(\d+\.)?download_path$/, 'it keeps files by the run that they came with'],
  [/body\.(\d+\.)?(stream_transport|vnc_streaming_supported)$/, 'it has no live view'],
  [
    /^session create.*: body\.(browser_address|started_at|status)$/,
    'its create answers when the browser is up',
  ],
  [/^session create.*: body\.embedded\./, 'it names the fields that it does not apply'],
  [/body\.warning$|^session below unknown/, 'it has words of its own for what it lacks'],
  [/run_request\.max_steps$/, 'it shows the limit that was asked for, and has no default'],
  [/^run canceled: body\.(status|step_count)$/, 'the real server writes a late `running` over it'],
  [
    /^(artifact get|run artifacts): body\.(\d+\.)?(artifact_type|checksum|step_id)$/,
    'it takes one picture at the end of a run, with a checksum',
  ],
  [/recording_url$/, 'it makes no recordings'],
  [/^login run: body\.output/, 'its log-in is one step, which has no output'],
  [
    /^run list.*title$|^run with output: body\.run_request\.url$/,
    'no model makes up a title or an address',
  ],
  [/^run list, bad status/, 'it names the words in another order'],
  [/^organizations?: /, 'its one organization has a name of its own and no limits'],
  [/^(version|runtime): /, 'it says what it is'],
]
