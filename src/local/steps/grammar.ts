/**
 * From a prompt to steps: the whole prompt or a Refusal, so that nothing is half done on a sentence that was not
 * understood. Pure. English only.
 */
import { FORMS } from './forms.ts'
import { quoteList, Refusal } from './refusal.ts'
import { clausesOf, type Clause } from './sentence.ts'
import { hideSecrets } from './secrets.ts'
import type { Step } from './step.ts'

const VERBS =
  /^(?:open|visit|load|go (?:back )?to|navigate|browse|switch to|log ?in|sign ?in|type|enter|input|write|put|fill|set|select|choose|pick|tick|check|untick|uncheck|press|click|tap|hit|push|wait|extract|list|get|collect|read|fetch|return|give me|show me|tell me)\b(?!-)/i
/** Verbs of steps that do not exist: named as such instead of being read as a part of a button's name. */
const FOREIGN =
  /^(?:find|search for|scroll|hover|drag|compare|summari[sz]e|tell|count|calculate|take|verify|ensure|make sure|assert|report|look|read|if|when|unless|until|while|use|do|download|upload|log ?out|sign ?out|go|repeat|solve)\b(?!-)/i
const WAITS_FOR_FIELD =
  /^(?:type|enter|input|write|put|fill|set|select|choose|pick)\b(?!.* (?:into|in|with|to|from) )/i

export function parsePrompt(prompt: string): Step[] {
  const clauses = clausesOf(
    prompt,
    (text) => VERBS.test(text) || FOREIGN.test(text),
    (text) => WAITS_FOR_FIELD.test(text),
  )
  if (clauses.length === 0) throw new Refusal(`The prompt asks for nothing. ${knownForms()}`)
  return clauses.map(parseClause)
}

function parseClause(clause: Clause): Step {
  const polite = { ...clause, text: clause.text.replace(/,? please$/i, '') }
  for (const { rule, build } of FORMS) {
    const match = rule.exec(polite.text)
    const step = match && build((group) => match.groups?.[group], polite)
    if (step) return step
  }
  throw new Refusal(`The step “${hideSecrets(clause)}” was not understood. ${knownForms(clause)}`)
}

/** All forms, or only those that begin with the clause's own verb. */
function knownForms(clause?: Clause): string {
  const verb = clause?.text.split(' ', 1).join('').toLowerCase()
  const close = FORMS.filter(({ form }) => form.split(' ', 1).join('') === verb)
  const forms = (close.length > 0 ? close : FORMS).map(({ form }) => form)
  return `The forms are: ${quoteList(forms, forms.length)}. Texts with “and”, “in” or a full stop go in quotes.`
}
