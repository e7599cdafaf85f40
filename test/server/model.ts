/**
 * The language model of the real server, scripted: an OpenAI-compatible endpoint that reads what the server asks and
 * answers as a model would that knows how to log in, follow a link and read off values. It keeps no state, because the
 * server asks ahead, in parallel, and throws answers away: every answer follows from the goal and the page in the prompt.
 */
import { createServer } from 'node:http'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export interface Model {
  /** What `OPENAI_COMPATIBLE_API_BASE` must say. */
  baseUrl: string
  stop: () => Promise<void>
}

interface ChatRequest {
  messages: { content: string | { type: string; text?: string }[] }[]
}

/** A kind of question is known by words of its prompt template; the order matters, templates share words. */
const questions: [words: RegExp, answer: (prompt: string) => unknown][] = [
  [/what is the url to type into the browser/, startingPoint],
  [/task creation schema/, splitTask],
  [/"required_subgoals"[^]*"task_type": str/, planNext],
  [/"required_subgoals"/, planFinished],
  [/exactly this two-key envelope/, summarize],
  [
    /design the schema for the data output/,
    () => ({ schema: { type: 'array', items: { type: 'string' } } }),
  ],
  [/User Data Extraction Goal: /, (prompt) => valuesIn(pageOf(prompt))],
  [/"summary": str/, () => ({ summary: 'Will do what was asked.' })],
  [/"title": "generated title here"/, () => ({ title: 'Scripted' })],
  [/"actions": array/, chooseActions],
  [/"complete", "terminate", or "continue"/, judgeStatus],
  [/"user_goal_achieved": bool/, judgeGoal],
  [/"failure_categories": array/, explainFailure],
]

/** Starts the model on a free port of 127.0.0.1. */
export async function startModel(): Promise<Model> {
  const server = createServer(async (request, response) => {
    const { messages } = JSON.parse(await text(request)) as ChatRequest
    const content = JSON.stringify(answer(messages.map(messageText).join('\n')))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(completion(content)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const stop = async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return { baseUrl: `http://127.0.0.1:${address.port}/v1`, stop }
}

function messageText({ content }: ChatRequest['messages'][number]): string {
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('\n')
}

function completion(content: string): unknown {
  const message = { role: 'assistant', content }
  return {
    id: 'scripted',
    object: 'chat.completion',
    created: 0,
    model: 'scripted',
    choices: [{ index: 0, finish_reason: 'stop', message }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }
}

function answer(prompt: string): unknown {
  const question = questions.find(([words]) => words.test(prompt))
  if (question === undefined) {
    console.error(`the scripted model does not know this question: ${prompt.slice(0, 300)}`)
    return {}
  }
  return question[1](prompt)
}

// What to do on a page. One rule a line: log in when asked and not yet done, follow the link when not yet there.
type Action = {
  action_type: string
  id: string | null
  text?: string
  context?: object
  reasoning?: string
}

/** Spares the server the question what kind of field it is. */
const plainField = { is_search_bar: false, is_location_input: false, is_date_related: false }

function nextActions(goal: string, page: string, prompt = ''): Action[] {
  const refusal = page.match(/No such [^<]*/)?.[0]
  if (refusal !== undefined) return [{ action_type: 'TERMINATE', id: null, reasoning: refusal }]
  const [placeholder] = prompt.match(/placeholder_\w+_username/) ?? []
  if (placeholder !== undefined && !page.includes('Signed in as')) return logIn(prompt, page)
  const user = goal.match(/log in with username (\S+)/i)?.[1]
  if (user !== undefined && !page.includes('Signed in as')) {
    const field = idBefore(page, /<input\b[^>]*>/)
    const button = idBefore(page, /<button\b[^>]*>/)
    return [
      { action_type: 'INPUT_TEXT', id: field, text: user, context: plainField },
      { action_type: 'CLICK', id: button },
    ]
  }
  const wanted = goal.match(/go to the (\w+) page/i)?.[1]
  if (wanted !== undefined && !new RegExp(`<h1[^>]*>${wanted}`, 'i').test(page)) {
    return [{ action_type: 'CLICK', id: idBefore(page, new RegExp(`<a\\b[^>]*>${wanted}`, 'i')) }]
  }
  return []
}

// The server keeps a credential to itself, and shows placeholders that it puts the secrets in for.
function logIn(prompt: string, page: string): Action[] {
  const type = (element: RegExp, text: RegExp): Action => ({
    action_type: 'INPUT_TEXT',
    id: idBefore(page, element),
    text: prompt.match(text)?.[0] ?? '',
    context: plainField,
  })
  return [
    type(/<input\b[^>]*\bname="?username\b[^>]*>/, /placeholder_\w+_username/),
    type(/<input\b[^>]*\bname="?password\b[^>]*>/, /placeholder_\w+_password/),
    { action_type: 'CLICK', id: idBefore(page, /<button\b[^>]*>/) },
  ]
}

// The server marks what can be acted on with ids of its own: id="AAAD".
function idBefore(page: string, element: RegExp): string | null {
  return page.match(element)?.[0].match(/\bid="?([A-Za-z0-9]{4})\b/)?.[1] ?? null
}

function valuesIn(page: string): string[] {
  return [...new Set(page.match(/\bINV-\d+\b/g))]
}

function chooseActions(prompt: string): unknown {
  const actions = nextActions(goalOf(prompt), pageOf(prompt), prompt)
  return { actions: actions.length > 0 ? actions : [{ action_type: 'COMPLETE', id: null }] }
}

function judgeGoal(prompt: string): unknown {
  const left = nextActions(goalOf(prompt), pageOf(prompt), prompt)
  return { page_info: '', thoughts: '', user_goal_achieved: left.length === 0 }
}

function judgeStatus(prompt: string): unknown {
  const left = nextActions(goalOf(prompt), pageOf(prompt), prompt)
  return { page_info: '', thoughts: '', status: left.length === 0 ? 'complete' : 'continue' }
}

// Engine skyvern-2.0: a plan of small tasks, each `navigate` or `extract`, with the history of those that are done.
function planNext(prompt: string): unknown {
  const goal = goalOf(prompt)
  const failed = prompt.match(/'status': 'failed'.*?'reason': ["'](.*?)["'][,}]/)?.[1]
  if (failed !== undefined) return plan({ should_terminate: true, termination_reason: failed })
  const [next] = nextActions(goal, pageOf(prompt))
  if (next?.action_type === 'TERMINATE') {
    return plan({ should_terminate: true, termination_reason: next.reasoning })
  }
  const { navigation, extraction } = parts(goal)
  if (next !== undefined) return plan({ task_type: 'navigate', plan: navigation })
  const open = extraction !== null && !prompt.includes("'type': 'extract'")
  return open
    ? plan({ task_type: 'extract', plan: extraction })
    : plan({ user_goal_achieved: true })
}

function planFinished(prompt: string): unknown {
  const { navigation, extraction } = parts(goalOf(prompt))
  const moved = navigation === null || prompt.includes("'type': 'navigate'")
  const extracted = extraction === null || prompt.includes("'type': 'extract'")
  return plan({ user_goal_achieved: moved && extracted })
}

function plan(decision: object): unknown {
  const open = { user_goal_achieved: false, should_terminate: false, plan: null, task_type: null }
  return { page_info: '', thoughts: '', required_subgoals: [], ...open, ...decision }
}

function summarize(prompt: string): unknown {
  const values = valuesIn(prompt)
  return { description: 'Done.', output: values.length > 0 ? values : null }
}

// A goal without an address means the page that is open.
function startingPoint(prompt: string): unknown {
  const given = fenced(prompt, 'Starting url provided by user')
  const open = fenced(prompt, 'Current browser url')
  return { thoughts: '', url: given ?? addressIn(goalOf(prompt)) ?? open ?? '', title: 'Scripted' }
}

function splitTask(prompt: string): unknown {
  const goal = fenced(prompt, 'for the following prompt') ?? ''
  const { navigation, extraction } = parts(goal)
  return {
    url: addressIn(goal) ?? '',
    suggested_title: 'Scripted',
    is_navigation_goal_required: navigation !== null,
    navigation_goal: navigation,
    data_extraction_goal: extraction,
    navigation_payload: null,
  }
}

function explainFailure(): unknown {
  const category = { category: 'UNKNOWN', confidence_float: 0.5, reasoning: '' }
  return { page_info: '', reasoning: 'more to do', errors: [], failure_categories: [category] }
}

function parts(goal: string): { navigation: string | null; extraction: string | null } {
  const extraction = goal.match(/extract .*/i)?.[0] ?? null
  const navigation = goal.replace(/(\band )?extract .*/i, '').trim()
  const moves = /log in|go to/i.test(navigation)
  return { navigation: moves ? navigation : null, extraction }
}

function addressIn(goal: string): string | undefined {
  return goal.match(/https?:\/\/[^\s"'),]+/)?.[0]
}

// A task of a plan comes wrapped in words about the plan, with fences inside the fence.
function goalOf(prompt: string): string {
  const task = prompt.match(/Achieve the following mini goal[^`]*```([^]*?)```/)?.[1]
  return task ?? fenced(prompt, 'User goal') ?? ''
}

function fenced(prompt: string, label: string): string | undefined {
  return prompt.match(new RegExp(`${label}:\\s*\`\`\`\\n([^]*?)\\n\`\`\``, 'i'))?.[1]
}

function pageOf(prompt: string): string {
  return prompt.slice(Math.max(0, prompt.search(/\n(clickable elements|elements on the page)/i)))
}
