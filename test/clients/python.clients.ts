/** The official Python package: its SDK, its command line, and the Playwright that it brings along. */
import { beforeAll } from 'vitest'
import { does } from './clients.ts'
import type { Client } from './clients.ts'
import { installPythonClients } from './install.ts'

let programs = ''
let version = ''
beforeAll(async () => {
  const installed = await installPythonClients()
  programs = installed.programs
  version = installed.version
}, 900_000)

const SDK = `import asyncio, os, logging
logging.disable(logging.CRITICAL)
from skyvern import Skyvern
from skyvern.client.core import RequestOptions
DEMO, SESSION = os.environ['DEMO'], os.environ['SESSION']
`
const indented = (code: string): string => code.replaceAll(/^/gm, '    ')

const sdk = (): Client => ({
  name: `skyvern ${version}, SDK`,
  command: (code) => {
    const main = `async def main():
    client = Skyvern(api_key=os.environ['SKYVERN_API_KEY'], base_url=os.environ['SKYVERN_BASE_URL'])
${indented(code)}
asyncio.run(main())`
    // It logs to stdout; what the case prints is marked.
    const marked = SDK + main.replaceAll('print(', "print('=', ")
    const shell = `"$0" -c "$1" | sed -n 's/^= //p'`
    return { file: 'sh', args: ['-c', shell, `${programs}/python`, marked], cwd: programs }
  },
})

does(
  'the example of the documentation: log in, extract in the same browser, close',
  sdk,
  `session = await client.create_browser_session()
await client.run_task(
    prompt="Log in with username demo@example.com",
    url=DEMO + "/login",
    browser_session_id=session.browser_session_id,
    wait_for_completion=True,
)
result = await client.run_task(
    prompt="Go to the invoices page and extract all invoice numbers",
    browser_session_id=session.browser_session_id,
    wait_for_completion=True,
)
print(len(result.output))
await client.close_browser_session(session.browser_session_id)`,
  ['23'],
)

does(
  'launch_cloud_browser, and a task by page.agent',
  sdk,
  `browser = await client.launch_cloud_browser()
page = await browser.get_working_page()
await page.goto(DEMO + "/login")
run = await page.agent.run_task("Log in with username demo@example.com")
print(run.status, page.url == DEMO + "/")
await browser.close()`,
  ['completed True'],
)

does(
  'use_cloud_browser finds the session that is open',
  sdk,
  `browser = await client.use_cloud_browser()
page = await browser.get_working_page()
print(browser.browser_session_id == SESSION, await page.title())`,
  ['True Client'],
)

does(
  'request options, and a profile of what a session leaves',
  sdk,
  `options = RequestOptions(timeout_in_seconds=60, max_retries=1, additional_headers={"x-custom": "1"},
    additional_body_parameters={"generate_browser_profile": True})
session = await client.create_browser_session(timeout=60, request_options=options)
print(session.timeout, session.generate_browser_profile)
await client.close_browser_session(session.browser_session_id)
profile = await client.create_browser_profile(name="client", browser_session_id=session.browser_session_id)
print(profile.name, [one.name for one in await client.list_browser_profiles()])
await client.delete_browser_profile(profile.browser_profile_id)`,
  ['60 True', "client ['client']"],
)

const commandLine = (): Client => ({
  name: `skyvern ${version}, command line`,
  command: (code) => ({ file: 'sh', args: ['-c', code], cwd: programs }),
})

does(
  'create, navigate, get-html, screenshot, click, run-task, close',
  commandLine,
  `said() { "$PWD/skyvern" browser "$@" --json 2>/dev/null | "$PWD/python" -c 'import json, sys
answer = json.load(sys.stdin)
print(answer["action"], answer["error"])'; }
said session create
said navigate --url "$DEMO/login"
said get-html h1
said screenshot --output "$HOME/page.png"
said click --selector button
said run-task --prompt "Log in with username demo@example.com" --url "$DEMO/login"
said session close`,
  [
    'session_create None',
    'navigate None',
    'get_html None',
    'screenshot None',
    'click None',
    'skyvern_run_task None',
    'session_close None',
  ],
)

const pythonPlaywright = (): Client => ({
  name: `Playwright for Python, of skyvern ${version}`,
  command: (code) => ({ file: `${programs}/python`, args: ['-c', code], cwd: programs }),
})

does(
  'attaches by address and by header, two at once',
  pythonPlaywright,
  `import os
from playwright.sync_api import sync_playwright
address, key = os.environ['ADDRESS'], os.environ['SKYVERN_API_KEY']
with sync_playwright() as playwright:
    one = playwright.chromium.connect_over_cdp(address)
    two = playwright.chromium.connect_over_cdp(address.split('?')[0], headers={'x-api-key': key})
    for browser in (one, two):
        print(browser.contexts[0].pages[0].title())
    one.close()
    print(two.contexts[0].pages[0].text_content('h1'))
    two.close()`,
  ['Client', 'Client', 'Hello'],
)
