/** Masks passwords in prompts. The record of a run shows that there was one. */
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

/** Masks the secrets that the steps know; in a prompt that they do not understand, everything that looks like one. */
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
  // The next word may continue the sentence ("the password field") rather than be a value.
  return /^(field|box|input|and|then|page|link|reset|•••)/i.test(value)
    ? name + value
    : `${name}${MASK}${/[.,;]$/.exec(value)?.[0] ?? ''}`
}
