/** The address and the key of a server, as they are checked before anything is sent. */
import { expect, test } from 'vitest'
import { baseUrlOf } from '../../src/http/base-url.ts'
import { headerSafe, requireEncryption } from '../../src/http/key.ts'

test.each([
  ['ftp://api.example.com', 'https://'],
  ['https://user:secret@api.example.com', 'user name'],
  ['https://api.example.com/?', 'query'],
  ['https://api.example.com/#', 'fragment'],
  ['nonsense', 'has no http:// or https://'],
  ['', 'not a base URL'],
  ['127.0.0.1:8000', 'did you mean http://127.0.0.1:8000?'],
  ['localhost:8000/api/v1', 'did you mean http://localhost:8000/api/v1?'],
  ['skyvern.example.com', 'did you mean https://skyvern.example.com?'],
])('the base URL %s is refused', (url, reason) => {
  expect(() => baseUrlOf(url)).toThrow(reason)
})

test.each([
  'http://api.example.com',
  'http://127.0.0.1.example.com',
  'http://10.0.0.1',
  'http://localhost.example.com',
])('a key is not sent to %s, which is not encrypted', (url) => {
  expect(() => requireEncryption(baseUrlOf(url))).toThrow('not encrypted')
})

test.each([
  'http://127.0.0.1:8000',
  'http://localhost',
  'http://[::1]:1',
  'https://api.example.com',
])('a key may be sent to %s', (url) => {
  expect(() => requireEncryption(baseUrlOf(url))).not.toThrow()
})

test.each(['a key 0123456789', 'key-0123\nX-Evil: 1', 'kéy-0123', 'key\u001b[31m-0123', ''])(
  'the key %j cannot be sent, and is not repeated',
  (key) => {
    expect(() => headerSafe(key)).toThrow(
      /^The API key has characters that a key cannot have: was it copied completely\?$/,
    )
  },
)
