/** Checks of what `--local` needs of this machine: a browser, and the package that drives it. */
import type { Context } from '../context.ts'
import type { Finding } from './finding.ts'

/** @param needed whether a missing part is a failure */
export async function checkLocalParts({ env }: Context, needed: boolean): Promise<Finding[]> {
  const { driverAdvice, findBrowser, findDriver, installAdvice } = await import('../local/door.ts')
  const browser = findBrowser(env)
  const driver = findDriver()
  const { commands, text } = installAdvice()
  const status = needed ? 'failed' : 'warning'
  const install = commands.length > 0 ? 'skyvern doctor --fix' : text.replaceAll('`', '')
  return [
    browser === undefined
      ? {
          check: 'browser',
          status,
          detail: env['CHROME_PATH']
            ? `CHROME_PATH is ${env['CHROME_PATH']}, and no browser was found there`
            : 'Chrome, Chromium or Edge was not found: --local needs one',
          fix: env['CHROME_PATH'] ? 'correct CHROME_PATH, or unset it' : `install one: ${install}`,
        }
      : { check: 'browser', status: 'ok', detail: browser },
    driver === undefined
      ? {
          check: 'driver',
          status,
          detail: 'playwright-core is not installed: --local drives the browser with it',
          fix: driverAdvice().replaceAll('`', ''),
        }
      : { check: 'driver', status: 'ok', detail: driver },
  ]
}
