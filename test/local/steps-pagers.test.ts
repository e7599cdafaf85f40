/** Tables that go on in ways that are easily missed: all rows, or a refusal, but never the first page alone. */
import { expect, test } from 'vitest'
import { head, row, useBrowser } from '../support/browser.ts'

const stand = useBrowser()

const orders = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => `O-${from + at}`)
const table = (from: number, to: number): string =>
  `<h1>Orders</h1><table>${head('Order no')}${orders(from, to)
    .map((order) => row(order))
    .join('')}</table>`
const PROMPT = 'extract all order numbers'

test.each([
  ['a button of a form', '<form action="/2"><input type="submit" value="Next"></form>'],
  ['a button of an icon font', `<button onclick="location = '/2'"><i>chevron_right</i></button>`],
  ['“Older”', '<a href="/2">Older</a>'],
  ['“Next 3”', '<a href="/2">Next 3</a>'],
])('%s leads to the next page', async (_, onward) => {
  const site = { '/': table(1, 3) + onward, '/2': table(4, 5) }
  expect(await stand.outputOn(site, PROMPT)).toEqual(orders(1, 5))
})

test.each([
  ['numbers in a nav', '<nav><a href="/">1</a> <a href="/2">2</a></nav>'],
  ['“2 of 2”', '<nav><a href="/2" aria-label="Page 2 of 2">2</a></nav>'],
  ['“Load 2 more”', '<a href="/2" role="button">Load 2 more…</a>'],
])('page numbers and more: %s', async (name, onward) => {
  const rest = name.includes('more') ? table(1, 5) : table(4, 5)
  expect(await stand.outputOn({ '/': table(1, 3) + onward, '/2': rest }, PROMPT)).toEqual(
    orders(1, 5),
  )
})

test.each([
  ['buttons', '<div><button type="button">1</button><button type="button">2</button></div>', '1'],
  ['links', '<ul><li><a href="/">1</a><li><a href="/2">2</a></ul>', '1'],
  ['links beside the number of this page', '<p>1 | <a href="/2">2</a></p>', '2'],
  [
    'names',
    '<div aria-label="Pager"><a href="/">Seite 1</a><a href="/2">Seite 2</a></div>',
    'Seite 1',
  ],
])('%s that may turn pages, or do something else, are refused', async (_, onward, name) => {
  const answer = await stand.outputOn({ '/': table(1, 3) + onward, '/2': table(4, 5) }, PROMPT)
  expect(answer).toMatch(`its pager has “${name}”, which is not understood`)
})

test.each([
  ['Weiter', /its pager has “Weiter”, which is not understood\. Nothing was extracted/],
  ['<svg width="9" height="9"></svg>', /its pager has a button without a name, which is not/],
])('a pager with nothing but %s is refused', async (name, reason) => {
  const page = `${table(1, 3)}<div class="pagination"><button disabled>‹‹</button><button>${name}</button></div>`
  expect(await stand.outputOn(page, PROMPT)).toMatch(reason)
})

const THROTTLED = `let timer; addEventListener('scroll', () => { clearTimeout(timer); timer = setTimeout(() => { if (isAtEnd()) more() }, 300) })`
const OBSERVED = `new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && more()).observe(document.querySelector('footer'))`

test.each([
  ['a moment after one scrolls', THROTTLED],
  ['when what is far below the rows comes into view', OBSERVED],
])('rows that come %s are waited for', async (_, script) => {
  const page = `${table(1, 60)}<p style="height: 300px">Loading …</p><footer style="height: 5px"></footer><script>
    const isAtEnd = () => innerHeight + scrollY > document.documentElement.scrollHeight - 5
    const more = () => { const body = document.querySelector('tbody'); if (body.rows.length > 60) return
      for (let i = 61; i <= 70; i++) body.insertAdjacentHTML('beforeend', '<tr><td>O-' + i) }
    ${script}</script>`
  expect(await stand.outputOn(page, PROMPT)).toEqual(orders(1, 70))
})

test('rows that are drawn only while they are in view, on a page with more pages, are refused', async () => {
  const page = `<h1>Orders</h1><div style="height:100px;overflow:auto;overflow-anchor:none"><table>${head('Order no')}<tbody></tbody></table></div><button>Next</button><script>
    let from = 1; const body = document.querySelector('tbody'), box = document.querySelector('div')
    const draw = () => { const first = Math.floor(box.scrollTop / 20); body.innerHTML = '<tr style="height:' + first * 20 + 'px"></tr>'
      for (let i = first; i < Math.min(40, first + 8); i++) body.insertAdjacentHTML('beforeend', '<tr style="height:20px"><td>O-' + (from + i))
      body.insertAdjacentHTML('beforeend', '<tr style="height:' + Math.max(0, 32 - first) * 20 + 'px"></tr>') }
    box.onscroll = draw; draw(); document.querySelector('button').onclick = ({ target }) => { from = 41; box.scrollTop = 0; draw(); target.remove() }</script>`
  // Every position is read in time on a busy machine too.
  const { result } = await stand.on(page, PROMPT, { patience: 5000 })
  const failureReason = expect.stringMatching(/shows other rows when it is scrolled/)
  expect(result).toMatchObject({ failureReason })
})

test('an extraction submits no form', async () => {
  let posts = 0
  const posted = (): string => {
    posts += 1
    return table(4, 5)
  }
  const page = `${table(1, 3)}<form method="post" action="/order"><label>Note <input></label><button>Next</button></form>`
  expect(await stand.outputOn({ '/': page, '/order': posted }, PROMPT)).toMatch(
    /“Next” submits a form, which an extraction never does/,
  )
  expect(posts).toBe(0)
})
