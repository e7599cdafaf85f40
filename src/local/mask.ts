/** Passwords in prompts: the record of a run shows that there was one, and nothing of it. */
import { parsePrompt } from './steps/sentence/grammar.ts'
import { MASK, masker, secretsOf } from './steps/sentence/secrets.ts'

const QUOTED = String.raw`"[^"]*"|'[^']*'|“[^”]*”|‘[^’]*’|` + '`[^`]*`'
const WORD = String.raw`\S+`
const SECRET_NAME = String.raw`(?:password|passphrase|passcode|passwd|pwd|pin|secret|token|otp|one-time code)`

/** `password "…"`, `password: …`, `the password is …`. */
const NAMED = new RegExp(
  String.raw`(\b${SECRET_NAME}\b\s*(?:(?:is|of|as|with)\b\s*)?(?:[:=]\s*)?)(${QUOTED}|${WORD})`,
  'gi',
)
/** `type "…" into the password field`. */
const TYPED = new RegExp(
  String.raw`(\b(?:type|fill|enter|put|write|input)\s+(?:in\s+)?)(${QUOTED}|${WORD})(?=\s+(?:in|into|as|for|to)\s+(?:the\s+|your\s+|a\s+)?["'“]?${SECRET_NAME}\b)`,
  'gi',
)
/** `fill the password field with "…"`. */
const FIELD = new RegExp(
  String.raw`(\b${SECRET_NAME}["'”]?\s+(?:field|box|input)\s+(?:with|to|=|:)\s*)(${QUOTED}|${WORD})`,
  'gi',
)

/** What the steps know to be secret; in a prompt that they do not understand, what looks like it. */
export function maskSecrets(prompt: string): string {
  try {
    return masker(secretsOf(parsePrompt(prompt)))(prompt)
  } catch {
    return prompt.replace(FIELD, `$1${MASK}`).replace(TYPED, `$1${MASK}`).replace(NAMED, maskNamed)
  }
}

/** The user and password of an address. */
export function maskLogin(url: string): string {
  return url.replace(/\/\/[^/?#]*@/, `//${MASK}@`)
}

function maskNamed(_: string, name: string, value: string): string {
  // The word after may be the sentence going on ("the password field"), not a value.
  return /^(field|box|input|and|then|page|link|reset|•••)/i.test(value)
    ? name + value
    : `${name}${MASK}${/[.,;]$/.exec(value)?.[0] ?? ''}`
}
