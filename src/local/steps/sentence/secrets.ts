/** Masks passwords in the log, failure reasons, outputs and echoes of the prompt. */
import type { Clause } from './clauses.ts'
import type { Step } from './step.ts'

export const MASK = '•••'
const SECRET_FIELD =
  /pass|pin\b|secret|token|\botp\b|\bcv[vc]\b|security|kennwort|contraseña|senha|wachtwoord|mot de passe/i
const PASSWORD_WORD = /\b(?:pass(?:word|phrase|code|wd)?|pw|pwd|pin|secret|credentials)\b/i
const LOG_IN = /\b(?:log|sign)[ -]?in\b/i

/** The secrets in the steps: passwords of log-ins, and texts for fields with a secret name. */
export function secretsOf(steps: Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.kind === 'log-in') return step.password === undefined ? [] : [step.password]
    return step.kind === 'type' && SECRET_FIELD.test(step.field.text) ? [step.value] : []
  })
}

/**
 * A function that replaces the secrets in a text, in any letter case and percent-encoded too, since pages echo them. A
 * secret of fewer than five characters is replaced only where it stands alone.
 */
export function masker(secrets: string[]): (text: string) => string {
  const variants = secrets
    .flatMap((secret) => [secret, secret.trim(), ...encodings(secret)])
    .filter((secret) => secret.trim() !== '')
    .sort((a, b) => b.length - a.length)
    .map((secret) => {
      const literal = secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s+/g, '\\s+')
      return secret.length < 5 ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal
    })
  if (variants.length === 0) return (text) => text
  const pattern = new RegExp(variants.join('|'), 'giu')
  return (text) => text.replace(pattern, MASK)
}

/** The forms of a secret in addresses, forms and JSON. A lone surrogate is replaced as they do. */
function encodings(secret: string): string[] {
  const uri = encodeURIComponent(secret.replace(/\p{Surrogate}/gu, '\ufffd'))
  const form = new URLSearchParams({ secret }).toString().slice('secret='.length)
  return [uri, form, form.replaceAll('+', '%20'), JSON.stringify(secret).slice(1, -1)]
}

/** Whether a text may contain a password, judging by its words. */
export function isDelicate({ text }: Clause): boolean {
  return PASSWORD_WORD.test(text) || LOG_IN.test(text)
}
