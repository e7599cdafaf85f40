import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { validateHeaderName, validateHeaderValue } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InvalidArgumentError } from 'commander'
import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { baseUrlOf } from '../../src/http/base-url.ts'
import { ApiError } from '../../src/http/errors.ts'
import { isId, segment } from '../../src/http/id.ts'
import { pollDelay } from '../../src/http/wait.ts'
import { delayBeforeRetry, parseRetryAfter } from '../../src/http/retry.ts'
import { parseSeconds, parseSessionMinutes, secondsOf } from '../../src/options/duration.ts'
import { parseAssignments, parseHeaders, parseJsonAssignments } from '../../src/options/parse.ts'
import { parseProxy } from '../../src/options/proxy.ts'
import { readJsonOption } from '../../src/options/text.ts'
import { maskKey, maskRequest, maskUrl } from '../../src/output/mask.ts'

/** The value, or undefined for what is refused in words. Any other failure is one. */
function accepted<Value>(parse: () => Value): Value | undefined {
  try {
    return parse()
  } catch (error) {
    if (error instanceof InvalidArgumentError || error instanceof ApiError) return undefined
    throw error
  }
}

/** Texts that are nearly right. */
const near = (...words: string[]) =>
  fc
    .array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'grapheme', maxLength: 4 })), {
      maxLength: 6,
    })
    .map((parts) => parts.join(''))

const natural = fc.nat({ max: 500 })

test('a duration is the sum of its parts', () => {
  fc.assert(
    fc.property(natural, natural, natural, natural, (days, hours, minutes, seconds) => {
      const text = `${days}d${hours}h${minutes}m${seconds}s`
      const total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
      expect(secondsOf(text)).toBe(total)
      expect(secondsOf(` ${text.toUpperCase()} `)).toBe(total)
      expect(secondsOf(String(minutes), 'm')).toBe(minutes * 60)
      expect(secondsOf(String(minutes))).toBeUndefined()
    }),
  )
})

test('every accepted duration can be waited for', () => {
  const words = near('1', '30', '.', '-', 'm', 'h', 's', 'd', 'e', ' ', '0x', '9'.repeat(320))
  fc.assert(
    fc.property(words, (text) => {
      const seconds = accepted(() => parseSeconds('s')(text))
      if (seconds !== undefined) expect(seconds >= 0 && Number.isFinite(seconds)).toBe(true)
      const minutes = accepted(() => parseSessionMinutes(text))
      if (minutes === undefined) return
      expect(Number.isInteger(minutes) && minutes >= 5 && minutes <= 1440).toBe(true)
    }),
    { numRuns: 600 },
  )
})

const place = fc.constantFrom('US', 'us', 'GB', 'uk', 'US-CA', 'us-ny', 'ISP', 'none', 'de', 'FR')

test('a proxy is a known word, a known country or an address, in any spelling', () => {
  const words = near(
    'US',
    'GB',
    '-',
    '/',
    'CA',
    '{',
    '}',
    '"country"',
    ':',
    '"US"',
    'http://',
    '@',
    'ISP',
  )
  fc.assert(
    fc.property(fc.oneof(place, words, fc.json()), (text) => {
      const proxy = accepted(() => parseProxy(text))
      if (proxy === undefined) return
      if (typeof proxy === 'string') expect(proxy).toMatch(/^(RESIDENTIAL(_\w+)?|US-\w\w|NONE)$/)
      else if ('url' in proxy) expect(new URL(proxy.url).hostname).not.toBe('')
      else expect(proxy.country).toMatch(/^[A-Z]{2}$/)
    }),
    { numRuns: 600 },
  )
  fc.assert(
    fc.property(place, (text) => {
      expect(parseProxy(` ${text.toLowerCase()} `)).toEqual(parseProxy(text.toUpperCase()))
    }),
  )
})

test('an id is the same in a path, a shell and a URL; everything else is refused', () => {
  const words = near('pbs_1', '/', '..', '%2e', '?', '#', '\n', ' ', '$(', '`', '\u0000')
  fc.assert(
    fc.property(words, (text) => {
      const id = accepted(() => segment(text))
      expect(id !== undefined).toBe(isId(text))
      if (id === undefined) return
      expect(encodeURIComponent(id)).toBe(text)
      expect(new URL(`/v1/x/${id}/close`, 'https://h').pathname).toBe(`/v1/x/${text}/close`)
    }),
    { numRuns: 400 },
  )
})

const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !text.includes('='))

test('--body takes any JSON as it is, and anything else as a string', () => {
  fc.assert(
    fc.property(name, fc.jsonValue(), fc.string(), (field, value, text) => {
      const json = JSON.stringify(value)
      expect(parseJsonAssignments(`${field}=${json}`)[field]).toEqual(JSON.parse(json))
      const given = Object.getOwnPropertyDescriptor(
        parseJsonAssignments(`${field}=x${text}=`),
        field,
      )
      expect(given?.value).toBe(`x${text}=`)
    }),
  )
})

test('--query keeps every value of every name, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string()), { maxLength: 5 }), (pairs) => {
      let parsed: Record<string, string[]> = {}
      for (const [key, value] of pairs) parsed = parseAssignments(`${key}=${value}`, parsed)
      const all = Object.entries(parsed).flatMap(([key, values]) =>
        values.map((value) => [key, value].join('=')),
      )
      expect(all.sort()).toEqual(pairs.map((pair) => pair.join('=')).sort())
    }),
  )
})

test('--header takes only what can be sent, and never a key', () => {
  const words = near('X-A', ':', ' ', 'x-api-key', 'X-API-KEY', '\r\n', '\t', '\u0000', 'é', 'v')
  fc.assert(
    fc.property(words, (text) => {
      for (const [header, value] of Object.entries(accepted(() => parseHeaders(text)) ?? {})) {
        validateHeaderName(header)
        validateHeaderValue(header, value)
        expect(header).not.toMatch(/^x-api-key$/i)
      }
    }),
    { numRuns: 600 },
  )
})

test('--schema takes any JSON, from the text and from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skyvern-schema-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'schema.json')
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.stringify(value)
      writeFileSync(file, json)
      expect(readJsonOption(json, '--schema')).toEqual(JSON.parse(json))
      expect(readJsonOption(`@${file}`, '--schema')).toEqual(JSON.parse(json))
    }),
  )
})

test('an hour of waiting is at most 300 polls, and an end is noticed soon', () => {
  for (let trial = 0; trial < 200; trial++) {
    let waited = 0
    let questions = 1
    while (waited < 3_600_000) {
      const delay = pollDelay(waited)
      const most = waited < 5_000 ? 500 : waited < 300_000 ? 2_500 : waited * 0.1
      expect(delay).toBeGreaterThan(0)
      expect(delay).toBeLessThanOrEqual(Math.min(most, 30_000))
      waited += delay
      questions++
    }
    expect(questions).toBeLessThanOrEqual(300)
  }
})

test('a retry comes within bounds, and a Retry-After of more than a minute is not waited for', () => {
  fc.assert(
    fc.property(fc.nat({ max: 50 }), fc.option(fc.nat({ max: 1e9 })), (attempt, asked) => {
      const delay = delayBeforeRetry(attempt, asked ?? undefined)
      if (asked === null) expect(delay).toBeLessThanOrEqual(8000)
      else expect(delay).toBe(asked > 60 ? undefined : asked * 1000)
    }),
  )
  const values = fc.oneof(
    fc.string(),
    fc.nat().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    near('1', '-', 'e9', ' ', 'Mon, 23 Nov 2026', '.5'),
  )
  fc.assert(
    fc.property(values, (value) => {
      const seconds = parseRetryAfter(value, new Date().toUTCString())
      if (seconds !== undefined) expect(seconds >= 0 && Number.isFinite(seconds)).toBe(true)
    }),
  )
})

const secret = fc.stringMatching(/^SECRET[a-z0-9]{8}$/)

test('a request that is shown does not contain the values of secret names, and keeps its shape', () => {
  const names = fc.constantFrom(
    'api_key',
    'Authorization',
    'password',
    'credentials',
    'totp_secret',
  )
  const deep = fc.oneof(secret, fc.array(secret, { maxLength: 3 }), fc.dictionary(name, secret))
  fc.assert(
    fc.property(names, deep, fc.jsonValue(), (field, value, other) => {
      const shown = maskRequest({ [field]: value, list: [{ [field]: value }], other: 1 })
      expect(JSON.stringify(shown)).not.toContain('SECRET')
      expect(maskRequest({ timeout: 5, flag: true, none: null })).toEqual({
        timeout: 5,
        flag: true,
        none: null,
      })
      expect(() => maskRequest(other)).not.toThrow()
    }),
  )
})

test('an address that is shown contains no secrets', () => {
  fc.assert(
    fc.property(secret, fc.constantFrom('wss', 'https'), (token, scheme) => {
      for (const address of [
        `${scheme}://${token}@host/pbs_1/devtools`,
        `${scheme}://user:${token}@host/`,
        `${scheme}://host/pbs_1/${token}/devtools/browser/1`,
        `${scheme}://host/v1/pbs_1/${token}`,
        `${scheme}://host/session/${token}`,
        `${scheme}://host/${token}/pbs/1`,
        `${scheme}://host/pbs_1?token=${token}&x=${token}#${token}`,
        token,
      ]) {
        expect(maskUrl(address)).not.toContain(token)
      }
    }),
  )
  expect(maskUrl('wss://host/pbs_1/token/x?a=b')).toBe('wss://host/pbs_1/••••?a=••••')
})

test('a key that is shown is mostly masked', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (key) => {
      const shown = maskKey(key).replaceAll(/[•…]/g, '')
      expect(shown.length).toBeLessThanOrEqual(key.length / 2)
    }),
  )
})

test('a base URL is http(s) without credentials, or it is refused', () => {
  const words = near(
    'https://',
    'http://',
    'h',
    '.example',
    ':8000',
    '/v1',
    '/api/v1',
    '/',
    '?a',
    '#',
    'u:p@',
  )
  fc.assert(
    fc.property(words, (text) => {
      const url = accepted(() => baseUrlOf(text))
      if (!url) return
      expect(url.href).toMatch(/^https?:\/\//)
      expect(url.username + url.password + url.search + url.hash).toBe('')
      expect(url.pathname === '/' || !url.pathname.endsWith('/')).toBe(true)
    }),
    { numRuns: 600 },
  )
})
