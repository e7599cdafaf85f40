/** A file that does not arrive is no success. */
import { expect, test } from 'vitest'
import { serve, shareLocal } from './support.ts'

const shared = shareLocal()

test('a download that breaks off fails the run, and those that came are kept', async () => {
  const { session, run } = shared()
  const url = await serve((request, response) => {
    const name = request.url?.slice(1)
    if (name === '') {
      response.setHeader('content-type', 'text/html')
      return response.end('<a href="/whole">Whole</a> <a href="/broken">Broken</a>')
    }
    const length = name === 'broken' ? { 'content-length': '90000' } : {}
    const disposition = `attachment; filename="${name}.bin"`
    response.writeHead(200, { ...length, 'content-disposition': disposition }).write('some bytes')
    return name === 'broken' ? setTimeout(() => response.destroy(), 200) : response.end()
  })
  const browser_session_id = await session()
  const prompt = 'Press Whole, press Broken and wait 1 second'
  expect(await run({ prompt, url, browser_session_id })).toMatchObject({
    status: 'failed',
    failure_reason: expect.stringMatching(/^The download “broken\.bin” did not arrive \(.+\)\.$/),
    downloaded_files: [{ filename: 'whole.bin', file_size: 10 }],
  })
})
