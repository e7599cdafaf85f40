/** The settings that `config` shows and changes. */
import { baseUrlOf } from '../../http/base-url.ts'
import { ApiError } from '../../http/errors.ts'
import { ENGINES } from '../../api/values.ts'
import { isSwitch, SETTINGS, SWITCH } from '../../config/settings.ts'
import type { SessionDefault, Setting } from '../../config/settings.ts'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { maskKey, maskRequest } from '../../output/mask.ts'
import { parseDefault } from '../../sessions/defaults.ts'

export interface SettingRow {
  name: string
  value: string
  source: string
}

const row = (name: string, value = '', source = 'default'): SettingRow => ({ name, value, source })

export function settingRows(context: Context): SettingRow[] {
  const { settings, scope } = context
  const local = settings.local()
  const baseUrl = settings.baseUrl()
  const key = local.value ? undefined : ofOrigin(() => settings.apiKey())
  const engine = settings.engine()
  const session = ofOrigin(() => context.current().resolve())
  return [
    row('base-url', String(maskRequest(baseUrl.value)), baseUrl.source),
    row('local', String(local.value), local.source),
    row('api-key', key && maskKey(key.value), key?.source),
    row('engine', engine?.value, engine?.source),
    ...settings.sessionDefaults().map(([name, found]) => row(name, found?.value, found?.source)),
    row('session', session?.value, session?.source),
    row('scope', scope.value, scope.source),
    row(
      'config-dir',
      context.folders?.config,
      context.env['SKYVERN_CONFIG_DIR'] && 'SKYVERN_CONFIG_DIR',
    ),
  ]
}

/** A value that is stored by origin. Undefined if the base URL is not usable, so that `config list` can still show it. */
function ofOrigin<Value>(look: () => Value): Value | undefined {
  try {
    return look()
  } catch (error) {
    if (error instanceof ApiError && error.kind === 'config') return undefined
    throw error
  }
}

/** @throws CliError `usage` for an unknown setting or a bad value */
export function checkSetting(name: string, value?: string): Setting {
  const setting = SETTINGS.find((known) => known === name)
  if (name === 'api-key') {
    throw usageError(
      'Keys are not settings: each belongs to one server.',
      'Store one with `skyvern auth login`, and remove it with `skyvern auth logout`.',
    )
  }
  if (!setting)
    throw usageError(`No setting is named "${name}".`, `It takes one of: ${SETTINGS.join(', ')}.`)
  if (value === undefined) return setting
  if (setting === 'base-url') baseUrlOf(value)
  if (setting === 'engine' && !ENGINES.some((engine) => engine === value)) {
    throw usageError(`"${value}" is not an engine.`, `It takes one of: ${ENGINES.join(', ')}.`)
  }
  if (setting === 'local' && !isSwitch(value)) {
    throw usageError(`${setting} is not "${value}".`, `It takes one of: ${SWITCH.join(', ')}.`)
  }
  if (setting.startsWith('session.')) parseDefault(setting as SessionDefault, value)
  if (setting === 'session.proxy' && maskRequest(value) !== value) {
    throw usageError('A proxy with a password is not stored. Pass it with --proxy each time.')
  }
  return setting
}
