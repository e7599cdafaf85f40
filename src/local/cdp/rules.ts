/**
 * The commands that a client may send. It controls the pages, but it may not end the browser, take over downloads, or reach
 * files of this machine; such commands are answered here.
 */
import type { Params } from './pipe.ts'

/** Forward with these parameters, refuse, or detach the client. */
export type Verdict = { params: Params } | { refusal: string } | { goodbye: true }

export interface Standing {
  /** The download settings of the backend. */
  downloads: Params
  /** The browser contexts that this client created. */
  contexts: ReadonlySet<string>
}

type Rule = (params: Params, standing: Standing) => Verdict

const FILES = 'A client of a session cannot use files of the machine that the browser runs on.'
const refuse =
  (refusal: string): Rule =>
  () => ({ refusal })

/** The addresses that a command opens. Chromium treats `about:version` as `chrome://version`. */
const webOnly: Rule = (params) => {
  const { url } = params
  if (url === undefined || url === '' || (typeof url === 'string' && isWeb(url))) return { params }
  return { refusal: 'A client of a session can open http, https, data, blob and about:blank only.' }
}

function isWeb(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, href } = new URL(url)
  if (protocol === 'about:') return /^about:(blank|srcdoc)([?#]|$)/.test(href)
  return ['http:', 'https:', 'data:', 'blob:', 'javascript:'].includes(protocol)
}

const noFiles =
  (filesOf: (params: Params) => unknown): Rule =>
  (params) => {
    const files = filesOf(params)
    if (files === undefined || (Array.isArray(files) && files.length === 0)) return { params }
    return { refusal: FILES }
  }

/**
 * This setting belongs to the whole browser, and the last caller wins. Playwright sends it on attach, so the backend's
 * downloads would go to the client's folder. Each call therefore gets the backend's folder, with the events that the client
 * wants.
 */
const sameDownloads: Rule = (params, { downloads, contexts }) => {
  const { browserContextId } = params
  const isOwn = typeof browserContextId === 'string' && contexts.has(browserContextId)
  if (isOwn && params['behavior'] === 'deny') return { params }
  return { params: { ...downloads, browserContextId, eventsEnabled: true } }
}

const ownContext: Rule = (params, { contexts }) =>
  contexts.has(String(params['browserContextId']))
    ? { params }
    : { refusal: 'Only the client that created a browser context can dispose of it.' }

const RULES: Record<string, Rule> = {
  'Browser.close': () => ({ goodbye: true }),
  'Browser.crash': refuse('A client cannot end the browser. Close the session instead.'),
  'Browser.crashGpuProcess': refuse('A client cannot end the browser. Close the session instead.'),
  'Browser.setDownloadBehavior': sameDownloads,
  'Page.setDownloadBehavior': refuse(
    'Downloads are kept by the session: read them from its downloaded_files.',
  ),
  'DOM.setFileInputFiles': noFiles(({ files }) => files),
  'Input.dispatchDragEvent': noFiles(({ data }) => (data as Params | undefined)?.['files']),
  'Page.navigate': webOnly,
  'Target.createTarget': webOnly,
  'Fetch.continueRequest': webOnly,
  'Network.continueInterceptedRequest': webOnly,
  'Network.loadNetworkResource': webOnly,
  'Target.createBrowserContext': (params) =>
    params['originsWithUniversalNetworkAccess'] === undefined ? { params } : { refusal: FILES },
  'Target.disposeBrowserContext': ownContext,
  // Each of these would bypass the rules.
  'Target.sendMessageToTarget': refuse('Attach with flatten: true and send the sessionId.'),
  'Target.exposeDevToolsProtocol': refuse('A page cannot be given the DevTools protocol.'),
  'Target.openDevTools': refuse('A session shows no developer tools.'),
  'Target.setRemoteLocations': refuse('A session does not connect to other browsers.'),
}

/** Domains that can install programs, or open files or ports. */
const REFUSED_DOMAINS = /^(Extensions|PWA|Tethering)\./

export function judge(method: string, params: Params, standing: Standing): Verdict {
  if (REFUSED_DOMAINS.test(method)) return { refusal: FILES }
  const rule = Object.hasOwn(RULES, method) ? RULES[method] : undefined
  return rule?.(params, standing) ?? { params }
}
