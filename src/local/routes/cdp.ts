/** Requests of clients before they attach: `connectOverCDP('http://…')` asks for the address of the WebSocket. */
import type { Routes } from '../call.ts'
import { HttpError } from '../wire.ts'

export const cdpRoutes: Routes = {
  'GET /v1/browser_sessions/:id/cdp': () => {
    throw new HttpError(426, 'This is the address of a WebSocket: attach with connectOverCDP.')
  },

  'GET /v1/browser_sessions/:id/cdp/json/version': async ({ backend, id }) => {
    const about = await backend.sessions.multiplexer(id).ask('Browser.getVersion')
    return {
      Browser: about['product'],
      'Protocol-Version': about['protocolVersion'],
      'User-Agent': about['userAgent'],
      'V8-Version': about['jsVersion'],
      webSocketDebuggerUrl: backend.cdpAddress(id),
    }
  },
}
