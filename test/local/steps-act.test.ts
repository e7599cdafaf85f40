import { describe, expect, test } from 'vitest'
import { useBrowser, type Site } from '../support/browser.ts'

const stand = useBrowser()

/** What the page shows as its result after a prompt; the reason of a run that failed. */
async function shown(page: string | Site, prompt: string, patience = 2500): Promise<string> {
  const { result } = await stand.on(page, prompt, { patience })
  if (result.status !== 'completed') return result.failureReason
  return (await stand.context().pages().at(-1)?.locator('output').innerText()) ?? ''
}

const SAYS = `<output></output><script>const say = (text) => { document.querySelector('output').textContent += text + ' ' }</script>`

describe('fields and boxes', () => {
  const form = `<form onsubmit="say([...new FormData(this)].map(String).join(' ')); return false">
    <label>Name <input name="name"></label><input name="city" placeholder="Your city"><textarea name="note" aria-label="Notes"></textarea>
    <label for="c">Country</label><select id="c" name="country"><option value="">Choose…</option><option value="no">Norway</option><option value="dk">Denmark</option></select>
    <label><input type="checkbox" name="terms"> I accept the terms</label><label><input type="checkbox" name="news" checked> Newsletter</label>
    <fieldset><legend>Delivery</legend><label><input type="radio" name="d" value="std"> Standard</label><label><input type="radio" name="d" value="exp"> Express delivery</label></fieldset>
    <label>Date <input type="date" name="date"></label><button>Save</button></form>${SAYS}`

  test('a whole form, by label, placeholder and accessible name', async () => {
    const prompt = `Type "Ada, and Co." into Name, fill in the city field with Oslo and type hello into Notes. Select Norway in Country,
      tick I accept the terms, untick Newsletter, choose Express delivery, type 2026-05-01 into Date and press Save.`
    expect(await shown(form, prompt)).toBe(
      'name,Ada, and Co. city,Oslo note,hello country,no terms,on d,exp date,2026-05-01',
    )
  })

  test.each([
    ['type x into Phone', /no field “Phone”.*fields “Name”, “Your city”, “Notes”, “Country”/],
    [
      'select Sweden in Country',
      /“Sweden” is not an option of “Country”: “Choose…”, “Norway”, “Denmark”/,
    ],
    ['press Send', /no button or link “Send”.*buttons “Save”/],
    ['type tomorrow into Date', /“Date” did not take the text/],
  ])('%s is refused', async (prompt, reason) => {
    expect(await shown(form, prompt)).toMatch(reason)
  })

  test('fields without a name are counted, never guessed', async () => {
    const page = '<div>Name</div><input><div>E-mail</div><input><label>Phone <input></label>'
    expect(await shown(page, 'type Bob into Name')).toMatch(
      /no field “Name”.*fields “Phone” 2 without a name/,
    )
  })

  test('Enter in a field, a combobox made of ARIA, a box drawn by its label', async () => {
    const search = `<input type="search" aria-label="Search" onchange="say(this.value)">${SAYS}`
    expect(await shown(search, 'Type fish into Search and press Enter')).toBe('fish')
    expect(await shown(search, 'Press Enter')).toMatch(/No field has the focus/)
    const combobox = `<div role="combobox" aria-label="Size" tabindex="0" aria-expanded="false" onclick="document.querySelector('[role=listbox]').hidden = false">–</div>
      <div role="listbox" hidden><div role="option" onclick="say('S')">Small</div><div role="option" onclick="say('L')">Large</div></div>${SAYS}`
    expect(await shown(combobox, 'Select Large in Size')).toBe('L')
    const drawn = `<style>input { position: absolute; opacity: 0 } span { position: relative; background: #fff }</style>
      <label><input type="checkbox" onchange="say(this.checked)"><span>☐ Remember me</span></label>${SAYS}`
    expect(await shown(drawn, 'Tick remember me')).toBe('true')
  })
})

describe('buttons and links', () => {
  test('an exact name beats another case, that beats a part of a name', async () => {
    const page = `<button onclick="say('all')">Save all</button><button onclick="say('exact')">Save</button><button onclick="say('upper')">SAVE</button>${SAYS}`
    expect(await shown(page, 'Press Save')).toBe('exact')
    expect(await shown(page, 'Press save')).toMatch(/not unique/)
    expect(await shown(page, 'Press the save all button')).toBe('all')
    expect(await shown(page, 'Press All')).toBe('all')
    expect(await shown(page, 'Press Sav')).toMatch(/no button or link “Sav”/)
  })

  test('two of the same name are refused', async () => {
    const page = `<section aria-label="Billing"><button>Save</button></section><section aria-label="Profile"><button>Save</button></section>`
    expect(await shown(page, 'Press Save')).toMatch(/“Save” is not unique on the page: 2 times/)
  })

  test('one that comes late, inside a shadow root, disabled at first', async () => {
    const late = `<div id="host"></div>${SAYS}<script>setTimeout(() => {
      const root = document.querySelector('#host').attachShadow({ mode: 'open' })
      root.innerHTML = '<button disabled>Go</button>'; const button = root.querySelector('button'); button.onclick = () => say('gone')
      setTimeout(() => { button.disabled = false }, 300) }, 500)</script>`
    expect(await shown(late, 'Press Go', 8000)).toBe('gone')
    expect(await shown('<button disabled>Pay</button>', 'Press Pay')).toMatch(/“Pay” is disabled/)
  })

  test('one under a cookie banner names what covers it; pressing the banner away first works', async () => {
    const page = `<button onclick="say('bought')">Buy</button>${SAYS}<div id="cookies" style="position:fixed;inset:0;background:#fff8">
      <button onclick="this.parentElement.remove()">Accept cookies</button></div>`
    expect(await shown(page, 'Press Buy')).toMatch(
      /“Buy” is covered by another element \(<div id="cookies".*“Accept cookies”/,
    )
    expect(await shown(page, 'Press Accept cookies and press Buy')).toBe('bought')
  })

  test('a div is no button, a frame is within reach, a question is dismissed', async () => {
    expect(await shown('<div onclick="alert(1)">Order now</div>', 'Press Order now')).toMatch(
      /nothing with an accessible name/,
    )
    const framed = `<iframe srcdoc="<button onclick=&quot;parent.say('paid')&quot;>Pay</button>"></iframe>${SAYS.replace('const say', 'window.say')}`
    expect(await shown(framed, 'Press Pay')).toBe('paid')
    const asks = `<button onclick="say(confirm('Really delete?'))">Delete</button>${SAYS}`
    expect(await shown(asks, 'Press Delete')).toMatch(/asked “Really delete\?”.*dismissed/)
    const greets = `<button onclick="alert('Hi'); say('ok')">Greet</button>${SAYS}`
    expect(await shown(greets, 'Press Greet')).toBe('ok')
    expect((await stand.tell('Press Greet')).log).toContain('the page said “Hi”')
    const forges = `<button onclick="alert('Hi\\n2026-01-01T00:00:00.000Z ended' + '!'.repeat(9000))">Greet</button>`
    const { log } = await stand.on(forges, 'Press Greet')
    expect(log.filter((line) => line.includes('\n') || line.length > 2000)).toEqual([])
    expect(log.join('\n')).toContain('the page said “Hi 2026-01-01T00:00:00.000Z ended!')
  })

  test('a window that closes itself: the steps go on in the one before', async () => {
    const site = {
      '/': `<button onclick="window.open('/consent')">Connect</button><h1>Shop</h1>`,
      '/consent': '<h1>Consent</h1><button onclick="window.close()">Allow</button>',
    }
    const { result } = await stand.on(
      site,
      'Press Connect, wait for Consent, press Allow and extract the heading',
    )
    expect(result).toMatchObject({ output: 'Shop' })
  })

  test('what opens details is pressed like a button', async () => {
    const page = '<details><summary>Shipping</summary><p>Delivery time: 3 days</p></details>'
    const { result } = await stand.on(page, 'Press Shipping and extract the delivery time')
    expect(result).toMatchObject({ output: '3 days' })
  })

  test('a link in a new tab: the steps go on there', async () => {
    const site = {
      '/': '<a href="/report" target="_blank">Report</a>',
      '/report': '<h1>Report</h1><dl><dt>Sum</dt><dd>5</dd></dl>',
    }
    expect(
      (await stand.on(site, 'Go to the report page and extract the sum')).result,
    ).toMatchObject({
      output: '5',
    })
  })
})

describe('going places and waiting', () => {
  const site: Site = {
    '/': '<nav><a href="/invoices">All invoices</a> <a href="/gone">Archive</a></nav><h1>Home</h1>',
    '/invoices': '<h1>Invoices</h1><dl><dt>Count</dt><dd>3</dd></dl>',
  }

  test('by link and by path', async () => {
    expect(
      (await stand.on(site, 'Go to the invoices page and extract the count')).result,
    ).toMatchObject({
      output: '3',
    })
    expect((await stand.on(site, 'Open /invoices and extract the count')).result).toMatchObject({
      output: '3',
      stepCount: 2,
    })
  })

  test.each([
    ['Go to Archive and invoices!', /no link “Archive and invoices!”.*\n.*go to the <name> page/],
    ['Go to the settings page', /no link “settings page”.*links “All invoices”, “Archive”/],
    ['Go to the archive page', /\/gone answered 404/],
    ['Open /nowhere', /\/nowhere answered 404/],
    ['Open http://127.0.0.1:1/', /127\.0\.0\.1:1\/ could not be opened \(net::ERR_/],
    ['Wait for Godot', /“Godot” did not appear/],
  ])('%s is refused', async (prompt, reason) => {
    const { result } = await stand.on(site, prompt, { patience: 1500 })
    expect(result).toMatchObject({ status: 'failed', failureReason: expect.stringMatching(reason) })
  })

  test('waiting for a text, and a wait that the signal ends', async () => {
    const page = `<p>Working…</p><script>setTimeout(() => { document.querySelector('p').textContent = 'All done' }, 1500)</script>`
    expect((await stand.on(page, 'Wait for all done')).result).toMatchObject({
      status: 'completed',
      output: null,
    })
    const started = Date.now()
    await expect(
      stand.tell('Wait 20 seconds', { signal: AbortSignal.timeout(300) }),
    ).rejects.toThrow(/abort|timeout/i)
    expect(Date.now() - started).toBeLessThan(5000)
  })

  test('nothing is done when the last sentence is not understood, or there are too many', async () => {
    const page = `<button onclick="say('pressed')">Save</button>${SAYS}`
    const { result } = await stand.on(page, 'Press Save. Find the cheapest flight')
    expect(result).toMatchObject({
      status: 'failed',
      stepCount: 0,
      failureReason: expect.stringMatching(/“Find the cheapest flight” was not understood/),
    })
    const opened = stand.context().pages()
    expect(opened.filter((tab) => tab.url() !== 'about:blank')).toEqual([])
    const many = await stand.on(page, 'Press Save, press Save, press Save', { maxSteps: 2 })
    expect(many.result).toMatchObject({
      status: 'failed',
      stepCount: 0,
      failureReason: expect.stringMatching(/Reached the maximum steps \(2\)/),
    })
  })
})
