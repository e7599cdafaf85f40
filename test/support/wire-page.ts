/** `docs/wire.md`, written from the tested table. */
import { EXCHANGES } from './wire.ts'

const HEAD = `# On the wire

Which option becomes which field of which request. The tests run the built program against a server that records
method, path, query, headers and body, and a row names its test: without a file it is one of \`test/docs/wire.test.ts\`. What is
not given is not sent. This page is written from the table of that test:
\`npx vitest run -u --config .config/vitest.mjs test/docs/wire.test.ts\`.

Every request carries \`x-api-key\`, \`accept: application/json\`, \`x-user-agent: skyvern-cli\` and what \`--header\` adds;
one with a body, \`content-type: application/json\`. \`--query\` and \`--body\` add to the main request of a command, and
\`--body\` beats options: it reaches fields that are newer than this program. The tests add all three to
every command.

| request | field | option or argument | test |
| --- | --- | --- | --- |`

/** Requests that a command makes on its way: what, for which command, and the test. */
const OTHERS: [request: string, command: string, Proof][] = [
  [
    'GET /v1/browser_profiles/{id}/usage',
    '`profile delete`, `--replace-profile`',
    ['profile/profile', 'without a terminal, the question fails and names what uses the profile'],
  ],
  [
    'POST /v1/upload_file',
    '`task run --file`, `agent run --file`: part `file` of a multipart form',
    ['task/files', 'files are uploaded one by one, and the task gets their ids'],
  ],
  [
    'DELETE /v1/files/{id}',
    '`--file`, when no run came of it',
    ['task/files', 'when the submit %s, what was uploaded is deleted'],
  ],
  [
    'GET /api/v1/heartbeat',
    '`doctor`',
    ['cli/doctor', 'everything in order is exit 0, a row a check'],
  ],
  ['GET /v1/version', '`doctor`', ['cli/doctor', 'everything in order is exit 0, a row a check']],
  [
    'GET /v1/config/runtime',
    '`doctor`, `session create --wait`',
    [
      'session/create-wait',
      'a server that starts browsers with their first task is recognised, and not waited for',
    ],
  ],
  ['any', '`api`', ['cli/api', 'the body of the answer goes to a pipe byte for byte']],
]

/** A test: its file in `test/`, without the ending, and its name. */
type Proof = [file: string, name: string]

/** What surprises in the API, what the program does about it, and the test that shows it. */
const TRAPS: [trap: string, answer: string, Proof][] = [
  [
    'Times are UTC and do not say so',
    'read as UTC in every zone, printed with `Z`, and as local time in tables and details on a terminal',
    ['session/list', 'ends and minutes used are right in the zone %s'],
  ],
  [
    'Six forms of error body; a fault uses `error` in place of `detail`',
    'one line of any of them',
    ['http/error-bodies', 'an error with %s as its body'],
  ],
  [
    'A 422 echoes what was sent, secrets too',
    '`input` is never shown',
    ['http/error-bodies', 'an error with %s as its body'],
  ],
  [
    'A refused key is 403, or 404 when its organization is gone',
    'both are exit 4',
    ['cli/bad-input', 'a key refused with %i "%s": exit 4, and the key is not shown'],
  ],
  [
    '403 can also mean that the plan lacks a feature',
    'exit 1, in the words of the server',
    ['cli/bad-input', 'a feature that the plan lacks is not an authentication failure'],
  ],
  [
    'Fields that the server does not know are ignored',
    'the answer is compared with the request; what a create ignored is sent again as a PATCH',
    ['session/create-wait', 'a server that ignores --generate-browser-profile and %s'],
  ],
  [
    'A timeout is capped with a warning',
    'a warning; with `--strict` a failure that closes the session',
    [
      'session/create',
      'a timeout that the server capped causes a warning; --strict closes the session and fails',
    ],
  ],
  [
    'An address exists before the browser does',
    'ready means `started_at`',
    [
      'session/create-wait',
      '--wait returns when the browser is up; an address alone is not enough',
    ],
  ],
  [
    'A browser that does not start is never reported',
    'waits are bounded',
    [
      'session/create-wait',
      'a browser that never starts: exit 124, the id named, the session open and current',
    ],
  ],
  [
    'A close may be completed later',
    'polled until the session has ended',
    ['session/close', 'close polls until the session has ended, and then forgets it'],
  ],
  [
    'A 404 may be about something other than the session',
    'the session counts as unknown only if the detail begins with `Browser session`',
    ['session/close', 'a 404 about something else does not count as a close'],
  ],
  [
    'A busy or closed session accepts a task, and the run fails; a closed one may also answer 410',
    'the session is checked first; such a failed run, or the 410, is reported as a problem of the session',
    ['task/run', 'a run that failed because "%s" is reported as a problem of the session'],
  ],
  [
    'After a run of `skyvern-1.0` a session may stay occupied forever',
    'an error instead of a wait',
    ['task/run', 'a session that an ended run still holds, %s, is reported as such'],
  ],
  [
    'Without `url` the default engine chooses an address and leaves the page',
    '`skyvern-2.0` in a session; another engine without `--url` causes a warning',
    ['task/run', 'another engine in a session without --url is warned about'],
  ],
  [
    'A profile on a task needs `skyvern-2.0`',
    'sent with it',
    ['profile/profile', 'a session and a task can start from a profile by its name'],
  ],
  [
    'On older servers, a cancel overwrites the status of a finished run',
    'the status is read first',
    ['task/cancel', 'a run that ended as %s is not canceled: the server would overwrite it'],
  ],
  [
    'A run can have two ids, only one of which a cancel accepts',
    'the id of the run itself is used',
    ['task/cancel', 'another id of the same run is looked up: the server cancels by one id only'],
  ],
  [
    'Some runs cannot be shown: 422',
    'reported in the words of the server',
    ['task/wait', 'a run that the server cannot show is reported in the words of the server'],
  ],
  ['`paused`, and unknown statuses', 'not final', ['task/wait', 'a run that is %s has not ended']],
  [
    'Lists have no total, refuse comma-separated values, and have another name for the type',
    'repeated parameters; pages are read until a short one',
    ['task/list', 'the limit is reached page by page, and a short page is the last'],
  ],
  [
    'An unknown run has no artifacts, and no error',
    'the run is read first',
    ['files/hostile', 'artifacts of an unknown run are exit 5, though the server lists none'],
  ],
  [
    'Artifacts of a `tsk_v2_…` are listed only under its `wr_…` id',
    'looked up under that id',
    ['files/hostile', 'artifacts of a task of skyvern-2.0 are looked up under the run behind it'],
  ],
  [
    '`file://` addresses',
    'refused',
    ['files/download', 'file:// is refused, and read only from this machine and when asked'],
  ],
  [
    'Two of the three 400s of a create of a profile are permanent',
    'only the third, an upload in progress, is waited for',
    ['session/save-profile', 'a session that %s is not retried'],
  ],
  [
    'Only one profile can be created from a session',
    'the wait is bounded, and its error says so',
    [
      'session/save-profile',
      'an upload that never comes ends the wait, and the error says what to do next',
    ],
  ],
  [
    'A self-hosted server copies a profile before the browser has written its newest cookies',
    '`close --save-profile` waits',
    ['session/save-profile', 'closing keeps the newest cookies: %s'],
  ],
  [
    'Each extend adds its minutes',
    'sent once',
    ['session/extend', 'an extend whose answer is lost is not sent again: it would add twice'],
  ],
  [
    'A create without an answer may have been carried out',
    'sent once; candidates are named',
    [
      'session/create',
      'a create that ends in %i is sent once, and the sessions that it may have created are named',
    ],
  ],
  [
    'A self-hosted server repeats proxy, extensions and browser type in its answer, but does not apply them',
    'a warning before anything is sent; refused with `--strict`',
    ['session/dropped', 'a self-hosted server drops %s %s of a session: a warning'],
  ],
  [
    '`skyvern-2.0` drops titles; a session drops the extra headers of its tasks',
    'the same',
    ['session/dropped', 'a task whose %s would be dropped says so (%j %j)'],
  ],
  [
    'Servers before 1.0.56 ignore `file_ids` and `browser_settings`',
    'the answer is checked; with `--strict` the run is canceled, or the session closed',
    [
      'task/files',
      'an older server runs without the files: a warning, and with --strict the run is canceled',
    ],
  ],
  [
    'A failed run of an agent with `retry_pending` is tried again',
    'not final',
    ['agent/agent', 'a failed attempt that the server repeats is not the end'],
  ],
  [
    'Agents ignore parameters that they do not have',
    'refused before anything is submitted, like one that is missing',
    ['agent/agent', '%s: exit 2, and nothing is submitted'],
  ],
  [
    'Names of credentials and titles of agents are not unique',
    'an error that lists the ids',
    ['credential/credential', 'a name that two have is refused with their ids'],
  ],
  [
    'A redirect would send the key to another address',
    'never followed',
    ['files/download', 'an answer of %i to a download is reported'],
  ],
  [
    'Addresses, proxies and headers contain secrets',
    'masked for people',
    ['safety/secrets', 'many commands print and store no secrets'],
  ],
]

const TAIL = `## What a session answers

| field | shown by |
| --- | --- |
| \`browser_session_id\` | \`session create\` on stdout, \`session list\`, \`session get\` |
| \`status\` | the receipt of \`session create\`, \`session list\`, \`session get\` |
| \`browser_address\` | \`session get --show-secrets\`, \`--json\`, \`--fields browser_address\`; masked everywhere else |
| \`app_url\` | the receipt of \`session create\`, \`session get\`, \`session view\` |
| \`timeout\` | the receipt of \`session create\`, \`session get\` |
| \`started_at\`, \`created_at\` | \`session get\` |
| \`warning\` | stderr; with \`--strict\` a failure |

Any field, known to this program or not, passes through \`--json\`, and is selected by \`--fields\`
(\`--json passes the object of the API through, unknown fields too, compact in a pipe\` in \`test/output/output.test.ts\`).

## What surprises

| the API | the program | test |
| --- | --- | --- |`

/** Routes beside those of the table. */
export const OTHER_ROUTES = OTHERS.map(([route]) => route)

export const PROOFS: Proof[] = [...OTHERS, ...TRAPS].map(([, , proof]) => proof)

export function wirePage(): string {
  const rows = EXCHANGES.flatMap(({ route, title, fields }) =>
    fields.map(([flag, wire]) => `| ${request(route)} | ${fieldName(wire)} | ${flag} | ${title} |`),
  )
  const others = OTHERS.map(
    ([path, command, proof]) => `| ${request(path)} | | ${command} | ${told(proof)} |`,
  )
  const traps = TRAPS.map(([trap, answer, proof]) => `| ${trap} | ${answer} | ${told(proof)} |`)
  return `${[HEAD, ...rows, ...others].join('\n')}\n\n${[TAIL, ...traps].join('\n')}\n`
}

const told = ([file, name]: Proof): string => `\`${file}.test.ts\`: ${name}`
const request = (route: string): string =>
  route.includes('/') ? `\`${route.replaceAll('*', '{id}')}\`` : route

function fieldName(wire: string): string {
  if (wire === 'none') return ''
  if (wire === 'path') return 'id, in the path'
  const [, name, rest = ''] = /^([\w.]+)( \(.*\))?$/.exec(wire) ?? []
  if (!name) return wire
  return name.startsWith('query.') ? `query \`${name.slice(6)}\`` : `\`${name}\`${rest}`
}
