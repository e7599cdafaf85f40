/**
 * Parses a prompt into steps. It parses the whole prompt or throws a Refusal, so that a misunderstood prompt is never half
 * executed. Pure. English only.
 */
import { FORMS, type Form } from './forms.ts'
import { attempted, likeness, Misfit, nearest, Refusal, shorten } from '../refusal.ts'
import { isDelicate, masker, secretsOf } from './secrets.ts'
import { clausesOf, unquote, type Clause } from './clauses.ts'
import { partsOf } from './parts.ts'
import type { Step } from './step.ts'

/** The least similarity of a mistyped verb to the right one. */
const ALIKE = 0.5

const RULES = FORMS.map((form) => ({
  form,
  start: startOf(form.verbs),
  whole: new RegExp(`^(?<verb>${form.verbs}) ${form.rest ?? '(?<both>.+)'}$`, 'i'),
}))
/** Verbs of unsupported steps, which must not be read as part of a button's name. */
const FOREIGN = startOf(
  'find|search for|scroll|hover|drag|compare|summari[sz]e|count|calculate|take|verify|ensure|make sure|assert|report|look|' +
    'if|when|unless|until|while|use|do|download|log ?out|sign ?out|go|repeat|solve|add',
)
const STARTS = [...RULES.map(({ start }) => start), FOREIGN]
/** `Type Dr. Smith` still waits for its field, so a full stop does not end it. */
const WAITS_FOR_FIELD =
  /^(?:type|enter|input|write|put|fill|set|change|select|choose|pick|upload|attach)\b(?!.* (?:into|in|with|to|from) )/i

function startOf(verbs: string): RegExp {
  return new RegExp(String.raw`^(?:${verbs})\b(?!-)`, 'i')
}

export function parsePrompt(prompt: string): Step[] {
  const clauses = clausesOf(
    prompt,
    (text) => STARTS.some((start) => start.test(text)),
    (text) => WAITS_FOR_FIELD.test(text),
  )
  if (clauses.length === 0) throw new Misfit('The prompt asks for nothing.', formFor(''))
  const results = clauses.map((clause) => attempted(() => parseClause(clause, clauses)))
  const steps = results.flatMap((result) => (result instanceof Refusal ? [] : [result]))
  const refusal = results.find((result) => result instanceof Refusal)
  if (refusal) {
    const mask = masker(secretsOf(steps))
    if (refusal instanceof Misfit) throw new Misfit(mask(refusal.reason), refusal.form)
    throw new Refusal(mask(refusal.message))
  }
  return steps
}

function parseClause(clause: Clause, all: Clause[]): Step {
  const polite = { ...clause, text: clause.text.replace(/,? please$/i, '') }
  for (const { form, whole } of RULES) {
    const groups = whole.exec(polite.text)?.groups
    const parts = groups && partsOf(groups, form.between, polite)
    const step = parts && form.build(parts)
    if (step) return step
  }
  const verb = STARTS.map((start) => start.exec(clause.text)?.[0]).find(
    (found) => found !== undefined,
  )
  // A clause without a verb may be anything, even a password.
  const isSecret = isDelicate(clause) || (verb === undefined && all.some(isDelicate))
  const said = isSecret ? `${verb ?? ''} …`.trim() : shorten(unquote(clause.text, clause))
  const isShort = !isSecret && verb === undefined && said.split(' ').length <= 4
  const press = isShort ? ` To press what is called that, say: press "${said}".` : ''
  throw new Misfit(`The step “${said}” was not understood.${press}`, formFor(clause.text))
}

/** The form nearest to a clause; an extraction if its verb is unknown. */
function formFor(text: string): string {
  const begun = RULES.find(({ start }) => start.test(text))
  const [word = ''] = text.split(' ')
  const scoreOf = ({ verbs }: Form): number =>
    Math.max(...verbs.split('|').map((verb) => likeness(verb, word)))
  const alike = nearest(FORMS, scoreOf, 1).find((form) => scoreOf(form) > ALIKE)
  return begun?.form.form ?? alike?.form ?? formOf('extract-all')
}

/** The documented form of a kind of step. */
export const formOf = (kind: Step['kind']): string =>
  FORMS.find(({ example }) => parsePrompt(example)[0]?.kind === kind)?.form ?? ''
