import { readFile } from 'node:fs/promises'
import { array, assert, constantFrom, oneof, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FORMS } from '../../src/local/steps/sentence/forms.ts'
import { parsePrompt } from '../../src/local/steps/sentence/grammar.ts'
import { Refusal } from '../../src/local/steps/refusal.ts'
import { masker, secretsOf } from '../../src/local/steps/sentence/secrets.ts'
import { describeStep, type Step } from '../../src/local/steps/sentence/step.ts'

const plain = (text: string) => ({ text, quoted: false })
const quoted = (text: string, kind?: string) => ({ text, quoted: true, ...(kind && { kind }) })

const UNDERSTOOD: [prompt: string, steps: Step[]][] = [
  ['Open https://example.com/a.b?c=d,e', [{ kind: 'open', url: 'https://example.com/a.b?c=d,e' }]],
  ['Open https://example.com.', [{ kind: 'open', url: 'https://example.com' }]],
  ['go to example.com/login', [{ kind: 'open', url: 'https://example.com/login' }]],
  ['Visit localhost:8080', [{ kind: 'open', url: 'http://localhost:8080' }]],
  ['Go to /invoices', [{ kind: 'open', url: '/invoices' }]],
  ['Open the page at https://a.example/x', [{ kind: 'open', url: 'https://a.example/x' }]],
  [
    '1. Could you press Save\n2. Wait 1 second\n- press Enter\nStep 4: extract the total',
    [
      { kind: 'press', target: plain('Save') },
      { kind: 'wait', seconds: 1 },
      { kind: 'press-key', key: 'Enter' },
      { kind: 'extract', what: 'total' },
    ],
  ],
  ['goto Settings!', [{ kind: 'go', page: plain('Settings!') }]],
  ['Go to the invoices page', [{ kind: 'go', page: plain('invoices page') }]],
  ['Open the "My account" page', [{ kind: 'go', page: quoted('My account', 'page') }]],
  ['Log in with username demo@example.com', [{ kind: 'log-in', user: 'demo@example.com' }]],
  [
    'Log in with e-mail a@b.co, password hunter2.',
    [{ kind: 'log-in', user: 'a@b.co', password: 'hunter2' }],
  ],
  [
    'Please sign in as "Ada Lovelace" with the password "a b, and c."',
    [{ kind: 'log-in', user: 'Ada Lovelace', password: 'a b, and c.' }],
  ],
  [
    'Log in with username: bob and password: s3cret! and go to the invoices page',
    [
      { kind: 'log-in', user: 'bob', password: 's3cret!' },
      { kind: 'go', page: plain('invoices page') },
    ],
  ],
  [
    'Type Tom and Jerry into Search',
    [{ kind: 'type', value: 'Tom and Jerry', field: plain('Search') }],
  ],
  ['Type Dr. Smith into Name', [{ kind: 'type', value: 'Dr. Smith', field: plain('Name') }]],
  [
    'Enter 1,234.50 in the Amount field',
    [{ kind: 'type', value: '1,234.50', field: plain('the Amount field') }],
  ],
  [
    'Type "open it, then press Save" into the "Notes" field',
    [{ kind: 'type', value: 'open it, then press Save', field: quoted('Notes', 'field') }],
  ],
  ["Type Tom's into Owner", [{ kind: 'type', value: "Tom's", field: plain('Owner') }]],
  ["Type 'Tom’s shop' into Owner", [{ kind: 'type', value: 'Tom’s shop', field: plain('Owner') }]],
  [
    'Fill in Company with Analytical Engines',
    [{ kind: 'type', value: 'Analytical Engines', field: plain('Company') }],
  ],
  [
    'Select Norway from the Country list',
    [{ kind: 'select', option: plain('Norway'), field: plain('the Country list') }],
  ],
  ['Choose Express delivery', [{ kind: 'choose', option: plain('Express delivery') }]],
  ['Tick I accept the terms', [{ kind: 'tick', box: plain('I accept the terms'), on: true }]],
  ['Uncheck the newsletter box', [{ kind: 'tick', box: plain('the newsletter box'), on: false }]],
  [
    'Press the Save and continue button',
    [{ kind: 'press', target: plain('the Save and continue button') }],
  ],
  ['Click on "Press release"', [{ kind: 'press', target: quoted('Press release') }]],
  [
    'Upload report.pdf into the Attachment field',
    [{ kind: 'upload', file: 'report.pdf', field: plain('the Attachment field') }],
  ],
  ['press Enter', [{ kind: 'press-key', key: 'Enter' }]],
  ['Wait 2 seconds', [{ kind: 'wait', seconds: 2 }]],
  ['wait for Payment received', [{ kind: 'wait-for', text: plain('Payment received') }]],
  ['extract all open invoice numbers', [{ kind: 'extract-all', what: 'open invoice numbers' }]],
  ['List the invoice nos. of Acme', [{ kind: 'extract-all', what: 'invoice nos. of Acme' }]],
  ['Get the total amount', [{ kind: 'extract', what: 'total amount' }]],
  [
    'First, open https://a.example; type 5 into Quantity, press Save\nthen wait for Saved. Finally extract the total.',
    [
      { kind: 'open', url: 'https://a.example' },
      { kind: 'type', value: '5', field: plain('Quantity') },
      { kind: 'press', target: plain('Save') },
      { kind: 'wait-for', text: plain('Saved') },
      { kind: 'extract', what: 'total' },
    ],
  ],
]

describe('sentences that are understood', () => {
  test.each(UNDERSTOOD)('%s', (prompt, steps) => {
    expect(parsePrompt(prompt)).toEqual(steps)
  })

  test.each(FORMS.map(({ form, example }) => [form, example]))(
    'the example of: %s',
    (_, example) => {
      expect(parsePrompt(example)).toHaveLength(1)
    },
  )
})

const REFUSED: [prompt: string, says: RegExp][] = [
  ['', /asks for nothing/],
  [
    'find the cheapest invoice',
    /“find the cheapest invoice” was not understood.\n.*such as: extract all/,
  ],
  ['Press Save and find the cheapest', /“find the cheapest” was not understood/],
  ['Open https://a.example. Scroll down', /“Scroll down” was not understood/],
  ['Press Save. Password hunter2', /^The step “…” was not understood/],
  ['Log in', /log in with username <user>/],
  ['Log in with password hunter2', /“Log in …” was not understood/],
  ['Log in with username bob and password my secret words', /“Log in …” was not understood/],
  ['enter hunter2 as the password', /“enter …” was not understood/],
  ['open file:///etc/passwd', /Only http:\/\/ and https:\/\//],
  ['open javascript:alert(1)', /Only http:\/\/ and https:\/\//],
  ['open https://bob:hunter2@a.example', /user name or password in it/],
  ['Type a into b into c', /in quotes/],
  ['Fill in Notes with "tea" and save changes', /in quotes|words beside a quoted text/],
  ['Type "tea" and "milk" into Notes', /words beside a quoted text/],
  ['Fill in Name with Bob and save changes', /goes in quotes/],
  ['Set City to Paris, France', /goes in quotes/],
  ['Tick Newsletter and then untick it', /“it” does not say what is meant/],
  ['Select Made in Norway from Country', /in quotes/],
  ['Fill in user with bob and password with hunter2', /Two fields are two steps/],
  ['Find all invoices and log in as bob with password hunter2', /“Find all invoices” was not/],
  ['Type "abc into Name', /never closed/],
  ['Wait 3601 seconds', /600 seconds at most/],
  ['check that the total is 5', /not understood/],
  ['log out', /not understood/],
]

/** Ways to give a password that nobody foresaw: none may be repeated. */
const LEAKY = [
  'Log in bob hunter2',
  'Log in as bob\nhunter2',
  'Log in as bob. hunter2 is the password',
  'use bob and hunter2 to log in',
  'sign in with bob/hunter2 on the site',
  'my pw is hunter2',
  'Log in as bob with password hunter2 and check whether hunter2 works',
  'Log in with username bob and password hunter2 or so',
]

test.each(LEAKY)('no password is repeated of: %s', (prompt) => {
  expect(() => parsePrompt(prompt)).toThrow(Refusal)
  expect(() => parsePrompt(prompt)).not.toThrow(/hunter2/)
})

describe('sentences that are refused before anything is done', () => {
  test.each(REFUSED)('%s', (prompt, says) => {
    const parse = () => parsePrompt(prompt)
    expect(parse).toThrow(Refusal)
    expect(parse).toThrow(says)
    expect(parse).not.toThrow(/hunter2|secret words/)
  })
})

describe('any text', () => {
  const value = string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter(
    (text) => !/["⟨⟩“”]/.test(text),
  )
  const words = array(
    constantFrom(
      'open',
      'and',
      'then',
      '"',
      'type',
      'into',
      '.',
      ',',
      '\n',
      'log in',
      'a b',
      '⟨0⟩',
      'https://x.y',
    ),
  ).map((parts) => parts.join(' '))

  test('is understood or refused, never a crash', () => {
    assert(
      property(oneof(words, string({ unit: 'grapheme' })), (prompt) => {
        try {
          parsePrompt(prompt)
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal)
        }
      }),
    )
  })

  test('in quotes arrives as it is, whatever is in it', () => {
    assert(
      property(value, (text) => {
        const [step, ...others] = parsePrompt(`Type "${text}" into "Name" and then press Save.`)
        expect(step).toEqual({ kind: 'type', value: text, field: quoted('Name') })
        expect(others).toEqual([{ kind: 'press', target: plain('Save') }])
      }),
    )
  })

  test('as a password is in no line of the plan, and masked in any letter case', () => {
    assert(
      property(
        value.filter((text) => text.trim().length > 4),
        (password) => {
          const steps = parsePrompt(`Log in with username bob and password "${password}"`)
          const plan = steps.map(describeStep).join()
          expect(plan).toBe('log in as “bob” with a password')
          const mask = masker(secretsOf(steps))
          expect(mask(`Wrong password: ${password}!`)).not.toContain(password.trim())
          expect(mask(encodeURIComponent(password))).toBe('•••')
        },
      ),
    )
  })
})

test('the documentation lists exactly these forms and examples', async () => {
  const docs = await readFile(new URL('../../docs/steps.md', import.meta.url), 'utf8')
  const rows = FORMS.map(
    ({ form, example }) => `| ${form.replaceAll('<', '\\<')} | \`${example}\` |`,
  )
  const [, table = ''] = /\| form \| example \|\n\| --- \| --- \|\n((?:\|.*\n)+)/.exec(docs) ?? []
  expect(table.trim().split('\n')).toEqual(rows)
})
