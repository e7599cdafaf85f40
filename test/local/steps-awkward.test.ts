/** Pages that are drawn in ways that are common and easily misread. */
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { head, row, useBrowser, type Site } from '../support/browser.ts'

const stand = useBrowser()
const on = stand.outputOn

const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `P${at + 1}`)

const grid = (
  extra = '',
  numbered = true,
): string => `<h1>Staff</h1><div role="grid" aria-label="Staff" aria-rowcount="121"><div role="rowgroup"><div role="row" aria-rowindex="1"><span role="columnheader">Name</span> <span role="columnheader">Office</span></div></div>
  <div id="box" style="height:200px;overflow:auto"><div id="b" role="rowgroup"></div></div></div><script>
  const numbered = ${numbered}; const draw = () => { const first = Math.max(0, Math.floor(box.scrollTop / 20) - 5), last = Math.min(120, first + 25); let html = ''
    for (let i = first; i < last; i++) ${extra} html += '<div role="row"' + (numbered ? ' aria-rowindex="' + (i + 2) + '"' : '') + ' style="height:20px"><span role="gridcell">P' + (i + 1) + '</span> <span role="gridcell">' + ['Oslo', 'Rome', 'Bern'][i % 3] + '</span></div>'
    b.innerHTML = html; b.style.paddingTop = first * 20 + 'px'; b.style.paddingBottom = (120 - last) * 20 + 'px' };`

const flat = (text: string): string =>
  `<th style="padding:0;border:0;height:0"><div style="height:0;overflow:hidden">${text}</div></th>`

const total = (sum: number): string => `<h1>OK</h1><dl><dt>Total</dt><dd>${sum}</dd></dl>`

/** Where a pause changes nothing, it spares the processor. */
const late = (answer: string) => async (): Promise<string> => {
  await sleep(50)
  return answer
}

const ask = (path: string): string =>
  `{ const asked = new XMLHttpRequest(); asked.open('GET', '${path}', false); asked.send() }`

describe('names that end in a word for a kind of thing', () => {
  const page = `<h1>Gifts</h1>
    <label><input type="checkbox" id="g"> Gift</label> <label><input type="checkbox" id="gb"> Gift box</label>
    <label><input type="radio" name="r" id="s"> Second</label> <label><input type="radio" name="r" id="so"> Second option</label>
    <button onclick="o.textContent = 'Menu'">Menu</button> <button onclick="o.textContent = 'Menu button'">Menu button</button>
    <a href="#a" onclick="o.textContent = 'Settings'">Settings</a> <a href="#b" onclick="o.textContent = 'Settings page'">Settings page</a>
    <label>Order <input id="f1"></label> <label>Order field <input id="f2"></label>
    <dl><dt>Pressed</dt><dd id="o">none</dd><dt>State</dt><dd id="st">-</dd></dl>
    <script>setInterval(() => { st.textContent = [g.checked && 'Gift', gb.checked && 'Gift box', s.checked && 'Second',
      so.checked && 'Second option', f1.value && 'Order', f2.value && 'Order field'].filter(Boolean).join('+') || '-' }, 50)</script>`

  test.each([
    ['Tick Gift box and extract the State', 'Gift box'],
    ['Tick Gift and extract the State', 'Gift'],
    ['Choose Second option and extract the State', 'Second option'],
    ['Press Menu button and extract the Pressed', 'Menu button'],
    ['Press the "Menu" button and extract the Pressed', 'Menu'],
    ['Press the Settings page link and extract the Pressed', 'Settings page'],
    ['Go to the Settings page and extract the Pressed', 'Settings page'],
    ['Type x into Order field and extract the State', 'Order field'],
    ['Type x into the Order field field and extract the State', 'Order field'],
  ])('%s', async (prompt, output) => {
    expect(await on(page, prompt)).toBe(output)
  })

  test('a word for a kind alone means the only one; before a quoted name it is no part of it', async () => {
    const one = `<input oninput="o.textContent = this.value"><button onclick="o.textContent += ' sent'">Send</button><p>Said: <output id="o" aria-label="Said">-</output></p>`
    const prompt = 'Type x into the text field, press the button "Send" and extract the Said'
    expect(await on(one, prompt)).toBe('x sent')
    expect(await on(`${one}<input>`, 'Type x into the text field')).toMatch(/no field “text field”/)
  })

  test('a link that looks like a button may be called one, under its full name alone', async () => {
    const link = `<a href="#x" onclick="o.textContent = 'link'">Save all</a><p>Pressed: <output id="o" aria-label="Pressed">-</output></p>`
    expect(await on(link, 'Press the Save all button and extract the Pressed')).toBe('link')
    expect(await on(link, 'Press the Save button')).toMatch(/no button or link “Save button”/)
    expect(await on(link, 'Type x into Save all')).toMatch(/“Save all” is a link here/)
  })
})

describe('custom controls', () => {
  test('a box inside a shadow root that only its label can be clicked for', async () => {
    const page = `<h1>Order</h1><x-box>Gift wrap</x-box><dl><dt>State</dt><dd id="st">off</dd></dl><script>
      customElements.define('x-box', class extends HTMLElement { connectedCallback() { const root = this.attachShadow({ mode: 'open' })
        root.innerHTML = '<label style="position:relative;display:inline-flex"><input type="checkbox" style="position:absolute;opacity:0;margin:0;pointer-events:none"><span style="width:16px;height:16px;border:1px solid"></span><span><slot></slot></span></label>'
        root.querySelector('input').onchange = ({ target }) => { st.textContent = target.checked ? 'on' : 'off' } } })</script>`
    expect(await on(page, 'Tick Gift wrap and extract the State')).toBe('on')
  })

  test('a tab that wraps a link', async () => {
    const page = `<h1>Account</h1><style>li { list-style: none; float: left } a { display: block; padding: 5px 12px }</style>
      <ul role="tablist"><li role="tab" aria-labelledby="t1" tabindex="0"><a href="#p1" id="t1" role="presentation" tabindex="-1">Profile</a></li>
      <li role="tab" aria-labelledby="t2" tabindex="-1"><a href="#p2" id="t2" role="presentation" tabindex="-1" onclick="o.textContent = 'Billing shown'">Billing</a></li></ul>
      <p style="clear: both">Shown: <output id="o" aria-label="Shown">Profile</output></p>`
    expect(await on(page, 'Press the Billing tab and extract the Shown')).toBe('Billing shown')
  })

  test('a native list that a widget stands for', async () => {
    const page = `<h1>Order</h1><label for="c">Country</label><select id="c" tabindex="-1" aria-hidden="true" style="border:0;clip:rect(0 0 0 0);height:1px;overflow:hidden;position:absolute;width:1px"><option>Denmark<option>Norway</select>
      <span role="combobox" aria-haspopup="listbox" aria-expanded="false" tabindex="0" aria-labelledby="r" onclick="l.hidden = !l.hidden"><span id="r" role="textbox" aria-readonly="true" title="Denmark">Denmark</span></span>
      <ul role="listbox" id="l" hidden><li role="option" onclick="r.textContent = c.value = 'Denmark'; l.hidden = 1">Denmark</li><li role="option" onclick="r.textContent = c.value = 'Norway'; l.hidden = 1">Norway</li></ul>
      <p>Saved: <output id="o" aria-label="Saved">Denmark</output></p><script>setInterval(() => { o.textContent = c.value }, 50)</script>`
    expect(await on(page, 'Select Norway in Country and extract the Saved')).toBe('Norway')
  })

  test('a list made of roles shows its choice', async () => {
    const page = `<h1>Fruit</h1><div id="lb">Favorite Fruit</div><div role="combobox" tabindex="0" id="c" aria-labelledby="lb" aria-controls="l" aria-haspopup="listbox" aria-expanded="false" onclick="l.hidden = false">Apple</div>
      <div role="listbox" id="l" aria-labelledby="lb" hidden><div role="option" onclick="c.textContent = 'Apple'; l.hidden = true">Apple</div><div role="option" onclick="c.textContent = 'Pear'; l.hidden = true">Pear</div></div>`
    expect(await on(page, 'Select Pear in Favorite Fruit and extract the Favorite Fruit')).toBe(
      'Pear',
    )
  })

  test('a page that listens to keys, and one that waits until the field is left', async () => {
    const page = `<h1>Search</h1><label>State <input id="s"></label><p>Heard: <output id="o" aria-label="Heard">nothing</output></p>
      <p>Left: <output id="p" aria-label="Left">0</output></p><script>let n = 0; s.onkeyup = () => { o.textContent = ++n + ' keys' }; let m = 0; s.onchange = () => { p.textContent = ++m }</script>`
    const prompt = 'Type abc into State, extract the Heard, and extract the Left'
    expect(await on(page, prompt)).toEqual({ Heard: '3 keys', Left: '1' })
  })

  test('a page that listens to keys hears of a last character that no US keyboard has', async () => {
    const page = `<label>City <input id="s"></label><p>Heard: <output id="o" aria-label="Heard"></output></p>
      <script>s.onkeyup = () => { o.textContent = s.value }</script>`
    const prompt = 'Type aé京😀 into City, extract the City and extract the Heard'
    expect(await on(page, prompt)).toEqual({ City: 'aé京😀', Heard: 'aé京😀' })
  })

  test('a list that takes several options has all of its values, or none', async () => {
    const page = `<label>Sizes <select multiple><option selected>S<option>M<option>L</select></label>`
    expect(await on(page, 'Select L in Sizes and extract the sizes')).toBe('S, L')
    const none = `<label>Sizes <select multiple><option>S<option>M</select></label>`
    expect(await on(none, 'Extract the sizes')).toMatch(/does not explain “sizes”/)
  })

  test('a label that is the very words, beside one with a word more', async () => {
    const page = `<dl><dt>Order</dt><dd>1</dd><dt>Order page</dt><dd>2</dd><dt>Order column</dt><dd>3</dd></dl>`
    const prompt = 'Extract the order, extract the order page and extract the "Order column"'
    expect(Object.values((await on(page, prompt)) as object)).toEqual(['1', '2', '3'])
  })

  test('what the page of an earlier task still asks is not held against the next', async () => {
    const asks = await stand.open(`<script>setInterval(() => prompt('Name?'), 10)</script>`)
    await (await stand.context().newPage()).goto(asks, { waitUntil: 'commit' })
    // With little patience: a question that comes while the page is left may keep it until a new tab takes its place.
    const { result } = await stand.on(total(12), 'Extract the total', { patience: 1000 })
    expect(result).toMatchObject({ output: '12' })
  })

  test('a button that is drawn anew while it is pressed', async () => {
    const page = `<div id="b"></div><dl><dt>Pressed</dt><dd id="o">0</dd></dl><script>
      let left = 12; const draw = () => { b.innerHTML = '<button onclick="o.textContent++">Go</button>'; if (left-- > 0) setTimeout(draw, 40) }; draw()</script>`
    expect(await on(page, 'Press Go and extract the Pressed')).toBe('1')
  })
})

describe('tables', () => {
  test('rows that are drawn only while they are in view, in a box inside the grid', async () => {
    const page = `${grid()} box.onscroll = draw; draw()</script>`
    expect(await on(page, 'Extract all names')).toEqual(names(120))
    expect(await on(page, 'Extract all names of office Bern')).toHaveLength(40)
  }, 60_000)

  test('the same, drawn a moment late', async () => {
    const page = `${grid()} box.onscroll = () => setTimeout(draw, 120); draw()</script>`
    const { result } = await stand.on(page, 'Extract all names', { patience: 8000 })
    expect(result).toMatchObject({ output: names(120) })
  }, 60_000)

  test.each([
    ['with a row that never comes', grid('if (i !== 60)')],
    ['without aria-rowindex', grid('', false)],
  ])('the same %s is refused', async (_, drawn) => {
    const page = `${drawn} box.onscroll = draw; draw()</script>`
    expect(await on(page, 'Extract all names')).toMatch(/shows other rows when it is scrolled/)
  })

  test('a table under a long name, quoted in full', async () => {
    const page = `<h1>Reports</h1><h3>DataTable with minimal features &amp; hover style</h3><table>${head('Browser', 'Grade')}${row('A', 'x')}${row('B', 'y')}</table>
      <h3>DataTable with default features</h3><table>${head('Browser', 'Grade')}${row('C', 'x')}${row('D', 'y')}</table>`
    expect(
      await on(page, 'Extract all browsers of "DataTable with minimal features & hover style"'),
    ).toEqual(['A', 'B'])
    expect(await on(page, 'Extract all browsers of "DataTable with default features"')).toEqual([
      'C',
      'D',
    ])
    expect(await on(page, 'Extract all browsers')).toMatch(/fits both/)
  })

  test('a head in a table of its own, and again without height over the rows', async () => {
    const page = `<h1>Staff</h1><div><div style="overflow:hidden"><table>${head('Name', 'Office')}</table></div>
      <div style="height:80px;overflow:auto"><table><thead><tr style="height:0">${flat('Name')}${flat('Office')}</tr></thead><tbody>${row('P1', 'Oslo')}${row('P2', 'Rome')}</tbody></table></div></div>`
    expect(await on(page, 'Extract all names')).toEqual(['P1', 'P2'])
  })

  test('a pager that says “Page 2”', async () => {
    const page = `<h1>Staff</h1><table>${head('Name')}<tbody id="b"></tbody></table><nav aria-label="Pagination"><ul id="u"></ul></nav><script>
      let p = 1; const draw = () => { b.innerHTML = ''; for (let i = (p - 1) * 10 + 1; i <= Math.min(23, p * 10); i++) b.insertAdjacentHTML('beforeend', '<tr><td>P' + i + '</td></tr>')
        u.innerHTML = [1, 2, 3].map((n) => '<li><button aria-label="Page ' + n + '" onclick="p = ' + n + '; draw()">' + n + '</button></li>').join('') }; draw()</script>`
    expect(await on(page, 'Extract all names')).toEqual(names(23))
  })

  test('rows as objects, under the headers as they are', async () => {
    const page = `<h1>Invoices</h1><table><caption>Invoices</caption>${head('Number', 'Date', 'Amount', 'Status', '')}
      <tbody>${row('INV-1', '2026-01-05', '€ 100.00', 'Open', '…')}${row('INV-2', '2026-02-05', '€ 20.50', 'Paid', '…')}</tbody></table>`
    const whole = [
      { Number: 'INV-1', Date: '2026-01-05', Amount: '€ 100.00', Status: 'Open' },
      { Number: 'INV-2', Date: '2026-02-05', Amount: '€ 20.50', Status: 'Paid' },
    ]
    const some = whole.map(({ Number, Amount }) => ({ Number, Amount }))
    expect(await on(page, 'Extract all numbers and amounts')).toEqual(some)
    expect(await on(page, 'Extract all amounts and numbers')).toEqual(some)
    expect(await on(page, 'Extract all rows')).toEqual(whole)
    const loud = `<style>th { text-transform: uppercase }</style>${page.replaceAll('<th>Number</th>', '<th><a>Number</a></th>')}`
    expect(await on(loud, 'Extract all rows')).toEqual(whole)
    expect(await on(page, 'Extract all open rows')).toEqual(whole.slice(0, 1))
    expect(
      await on(page, 'Extract all invoice numbers, dates and amounts with status paid'),
    ).toEqual([{ Number: 'INV-2', Date: '2026-02-05', Amount: '€ 20.50' }])
    expect(await on(page, 'Extract all unpaid rows')).toMatch(/does not explain “unpaid”/)
    expect(await on(page, 'Extract all numbers and colors')).toMatch(/does not explain/)
    const twice = page.replace('>Date<', '>Number<')
    expect(await on(twice, 'Extract all rows')).toMatch(/More than one column is called “Number”/)
  })

  test('rows under a collapsed one are not left out in silence', async () => {
    const page = `<h1>Regions</h1><div role="treegrid" aria-label="Regions"><div role="row"><span role="columnheader">Name</span></div>
      <div role="row" aria-expanded="false"><span role="gridcell">Europe</span></div></div>`
    expect(await on(page, 'Extract all names')).toMatch(/Rows are collapsed, such as “Europe”/)
  })
})

test('a bold label before its value, line by line', async () => {
  const page = `<h1>Invoice</h1><div><b>Invoice #007612</b><br><br><b>Order ID:</b> 4F3S8J<br><b>Payment Due:</b> 2/22/2014<br><b>Account:</b> 968-34567</div>`
  expect(await on(page, 'Extract the order ID')).toBe('4F3S8J')
  expect(await on(page, 'Extract the payment due')).toBe('2/22/2014')
})

test('the pages of a frameset', async () => {
  const site: Site = {
    '/': '<html><frameset cols="50%,50%"><frame src="/a"><frame src="/b"></frameset></html>',
    '/a': total(12),
    '/b': total(12),
  }
  expect(await on(site, 'Extract the total')).toBe('12')
  expect(await on({ ...site, '/b': total(13) }, 'Extract the total')).toMatch(/fits both/)
})

test('a table and a pager in a frame', async () => {
  const site: Site = {
    '/': '<h1>Portal</h1><iframe src="/1" width="600" height="300"></iframe>',
    '/1': `<h1>Staff</h1><table>${head('Name')}${row('P1')}${row('P2')}</table><a href="/2">Next</a>`,
    '/2': `<h1>Staff</h1><table>${head('Name')}${row('P3')}</table>`,
  }
  expect(await on(site, 'Extract all names')).toEqual(names(3))
})

describe('pages that never come to rest', () => {
  const OK = '<h1>OK</h1><dl><dt>Total</dt><dd>12</dd></dl>'
  const site: Site = {
    '/ok': OK,
    '/spin': `${OK}<script>setTimeout(() => { while (true); }, 400)</script>`,
    '/never': () => new Promise<string>(() => {}),
    '/hung': `${OK}<script>setTimeout(() => ${ask('/never')}, 400)</script>`,
    '/late': late('late'),
    '/alerts': `${OK}<script>setTimeout(() => { for (;; alert('hi')) ${ask('/late')} }, 100)</script>`,
    '/loop': late(`${OK}<script>location.href = location.pathname + '?' + Math.random()</script>`),
  }

  test.each([
    ['/spin', 'Wait 1 second'],
    ['/hung', 'Wait 1 second and extract the total'],
    ['/alerts', 'Wait 1 second and extract the total'],
    ['/loop', 'Extract the total'],
  ])('%s, “%s”, then a healthy page in the same session', async (path, prompt) => {
    const url = await stand.open(site)
    const first = await stand.tell(prompt, { url: url + path, patience: 1500 })
    if ('failureReason' in first.result) {
      const reason = /does not answer|again and again|kept changing|does not explain/
      expect(first.result.failureReason).toMatch(reason)
    }
    expect(first.log.length).toBeLessThan(40)
    const second = await stand.tell('Extract the total', { url: `${url}/ok`, patience: 3000 })
    expect(second.result).toMatchObject({ output: '12' })
  })
})
