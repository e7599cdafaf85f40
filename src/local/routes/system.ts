/** Health, version and the one organization. */
import { Reply } from '../call.ts'
import type { Call, Routes } from '../call.ts'
import { ORGANIZATION_ID } from '../wire.ts'

export const systemRoutes: Routes = {
  'GET /api/v1/heartbeat': () => new Reply(200, 'Server is running.'),
  'GET /v1/version': version,
  'GET /api/v1/version': version,
  'GET /v1/config/runtime': runtime,
  'GET /api/v1/config/runtime': runtime,
  'GET /api/v1/organizations/me': organization,
  'GET /api/v1/organizations': () => ({ organizations: [organization()] }),
}

function version({ backend }: Call): unknown {
  return { version: `${backend.version}-embedded` }
}

/** `local` is what the real server says on a developer's machine; `embedded` is ours alone. */
function runtime({ backend }: Call): unknown {
  return {
    browser_streaming_mode: 'cdp',
    browser_streaming_label: 'Embedded backend: no live view',
    environment: 'local',
    warnings: [],
    embedded: { version: backend.version, demo_url: backend.demoUrl },
  }
}

function organization(): unknown {
  return {
    organization_id: ORGANIZATION_ID,
    organization_name: 'Embedded backend',
    max_steps_per_run: null,
    webhook_callback_url: null,
  }
}
