/** What the parsers of options refuse, and how a time is read. One example of each is tested on the built binary. */
import { InvalidArgumentError } from 'commander'
import { expect, test } from 'vitest'
import { parseSessionMinutes } from '../../src/options/duration.ts'
import { parseSessionName } from '../../src/options/names.ts'
import { parseIds } from '../../src/options/parse.ts'
import { parseTimezone } from '../../src/options/timezone.ts'

test.each([
  ['90m', 90],
  ['2h', 120],
  ['1h30m', 90],
  ['300s', 5],
  ['1440', 1440],
])('a timeout of %s is %i minutes', (timeout, minutes) => {
  expect(parseSessionMinutes(timeout)).toBe(minutes)
})

test.each(['4', '1441', 'soon', '12.5', '-5', '0x10'])('a timeout of %s is refused', (timeout) => {
  expect(() => parseSessionMinutes(timeout)).toThrow(InvalidArgumentError)
})

test.each(['pbs_mine', '-x', 'a b', ''])('"%s" is not a name of a session', (name) => {
  expect(() => parseSessionName(name)).toThrow('It takes up to 64 letters')
})

test.each(['Nowhere/Land', '+02:00', 'tomorrow'])('"%s" is not a time zone', (zone) => {
  expect(() => parseTimezone(zone)).toThrow('IANA')
})

test.each([[['']], [[' ']], [[',']], [['', ',']]])(
  '%j: a variable that is not set is not the current session',
  (ids) => {
    expect(() => parseIds(ids)).toThrow('The id is empty.')
  },
)
