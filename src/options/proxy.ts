/**
 * The values of `--proxy`. They are checked here because the server ignores some unknown values: a task with a bad
 * place simply runs without a proxy.
 */
import { InvalidArgumentError } from 'commander'
import { closest, distance } from 'fastest-levenshtein'
import type { GeoTarget, ProxyLocation } from '../api/types.ts'
import { maskRequest } from '../output/mask.ts'
import { offering } from './parse.ts'

/** Countries with residential proxies; for `US` the word is `RESIDENTIAL`. */
const COUNTRIES = [
  'US',
  'AR',
  'AU',
  'BR',
  'CA',
  'DE',
  'ES',
  'FR',
  'GB',
  'IE',
  'IN',
  'IT',
  'JP',
  'MX',
  'NL',
  'NZ',
  'PH',
  'KR',
  'SA',
  'TR',
  'ZA',
]
const STATES = ['CA', 'NY', 'TX', 'FL', 'WA'].map((state) => `US-${state}`)
const ENUM = [
  'RESIDENTIAL',
  'RESIDENTIAL_ISP',
  'NONE',
  ...STATES,
  ...COUNTRIES.slice(1).map((country) => `RESIDENTIAL_${country}`),
]
const WORDS: Record<string, string> = {
  OFF: 'NONE',
  DIRECT: 'NONE',
  ISP: 'RESIDENTIAL_ISP',
  US: 'RESIDENTIAL',
  RESIDENTIAL_US: 'RESIDENTIAL',
  UK: 'RESIDENTIAL_GB',
  RESIDENTIAL_UK: 'RESIDENTIAL_GB',
}

/** What to send for a word, a place (`US-CA`, `US/CA/San Francisco`, `GB//London`), a proxy's URL, or JSON. */
export const parseProxy = offering([...COUNTRIES, 'ISP', 'none'], proxyOf)

function proxyOf(text: string): ProxyLocation {
  const given = text.trim()
  if (given.startsWith('{') || given.startsWith('"')) return parseProxyJson(given)
  if (/^(https?|socks5):\/\//i.test(given)) return { url: proxyUrl(given) }
  const word = given.toUpperCase()
  const direct =
    WORDS[word] ?? (STATES.includes(word) ? undefined : ENUM.find((item) => item === word))
  if (direct) return direct
  if (COUNTRIES.includes(word)) return `RESIDENTIAL_${word}`
  const place = parsePlace(given)
  if (place) return place
  throw new InvalidArgumentError(unknownProxy(word))
}

/** The same for profiles, which do not take a user's own proxy. */
export const parseManagedProxy = offering(parseProxy.words, (text: string): ProxyLocation => {
  const proxy = proxyOf(text)
  if (typeof proxy === 'string' || !('url' in proxy)) return proxy
  throw new InvalidArgumentError('A profile takes a place, not a proxy of your own.')
})

function parsePlace(given: string): GeoTarget | undefined {
  const [, state] = /^us[-_]([a-z]{2,3})$/i.exec(given) ?? []
  if (state) return { country: 'US', subdivision: state.toUpperCase() }
  if (!given.includes('/') || given.includes('://')) return undefined
  const [country = '', subdivision = '', city = '', ...more] = given.split('/')
  if (more.length > 0) return undefined
  return geoTarget({
    country: country.trim(),
    subdivision: subdivision.trim(),
    city: city.trim(),
  })
}

function geoTarget(place: GeoTarget): GeoTarget {
  const country = place.country.toUpperCase() === 'UK' ? 'GB' : place.country.toUpperCase()
  if (!COUNTRIES.includes(country)) {
    throw new InvalidArgumentError(
      `There are no proxies in "${place.country}". It takes one of: ${COUNTRIES.join(', ')}.`,
    )
  }
  const { subdivision, city } = place
  if (subdivision && subdivision.length > 10)
    throw new InvalidArgumentError('A state is a code of at most 10 letters.')
  if (city && city.length > 100) throw new InvalidArgumentError('A city has at most 100 letters.')
  return {
    country,
    subdivision: subdivision?.toUpperCase().replace(/^US-/, '') || undefined,
    city: city || undefined,
  }
}

function parseProxyJson(text: string): ProxyLocation {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new InvalidArgumentError('It is not valid JSON.')
  }
  if (typeof value === 'string') {
    if (ENUM.includes(value)) return value
    throw new InvalidArgumentError(unknownProxy(value))
  }
  // Fields that are newer than this release go along.
  const { country, url, subdivision, city, ...rest } = value as Record<string, unknown>
  if (typeof country === 'string' && url === undefined) {
    if (![subdivision, city].every((field) => field === undefined || typeof field === 'string')) {
      throw new InvalidArgumentError('Its subdivision and its city are texts.')
    }
    return { ...geoTarget({ country, subdivision, city } as GeoTarget), ...rest }
  }
  if (typeof url === 'string' && country === undefined) return { url: proxyUrl(url), ...rest }
  throw new InvalidArgumentError('It takes {"country": …} or {"url": …}, not both.')
}

function proxyUrl(text: string): string {
  if (URL.canParse(text) && new URL(text).hostname) return text
  throw new InvalidArgumentError('It is not a proxy URL.')
}

function unknownProxy(word: string): string {
  const near = closest(word.toUpperCase(), [...ENUM, 'ISP'])
  if (word.length > 2 && distance(near, word.toUpperCase()) <= 2) return `Did you mean ${near}?`
  return `It takes a country (${COUNTRIES.join(', ')}), US-CA, US/CA/San Francisco, ISP, none, a proxy URL or JSON.`
}

/** A proxy as a person reads it: `US-CA` for a place, else the word, or the address without its password. */
export function proxyText(proxy: ProxyLocation | null | undefined): string {
  if (!proxy) return ''
  if (typeof proxy !== 'object') return String(proxy)
  if ('url' in proxy) return String(maskRequest(proxy.url))
  return [proxy.country, proxy.subdivision, proxy.city].filter(Boolean).join('-')
}

/** The same as it is typed: `US` for `RESIDENTIAL`, `GB` for `RESIDENTIAL_GB`. */
export const proxyPlace = (proxy: ProxyLocation): string =>
  proxyText(proxy)
    .replace(/^RESIDENTIAL$/, 'US')
    .replace(/^RESIDENTIAL_([A-Z]{2})$/, '$1')
