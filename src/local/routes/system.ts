/** Health, version and the one organization. */
import { RouteReply } from '../call.ts'
import type { RouteCall, Routes } from '../call.ts'
import { ORGANIZATION_ID, wireTime } from '../wire.ts'

export const systemRoutes: Routes = {
  'GET /api/v1/heartbeat': () => new RouteReply(200, 'Server is running.'),
  'GET /v1/version': version,
  'GET /api/v1/version': version,
  'GET /v1/config/runtime': runtime,
  'GET /api/v1/config/runtime': runtime,
  'GET /api/v1/organizations/me': organization,
  'GET /api/v1/organizations': (call) => ({ organizations: [organization(call)] }),
}

function version({ backend }: RouteCall): unknown {
  return { version: `${backend.version}-embedded` }
}

/** The real server also answers `local` on a developer's machine; only this backend has `embedded`. */
function runtime({ backend }: RouteCall): unknown {
  return {
    browser_streaming_mode: 'cdp',
    browser_streaming_label: 'Embedded backend: no live view',
    environment: 'local',
    code_block_access: false,
    workflow_copilot_code_block_mode: false,
    warnings: [],
    embedded: { version: backend.version, demo_url: backend.demoUrl },
  }
}

function organization({ backend }: RouteCall): unknown {
  const started = wireTime(backend.startedAt)
  return {
    organization_id: ORGANIZATION_ID,
    organization_name: 'Embedded backend',
    slug: 'embedded-backend',
    domain: null,
    webhook_callback_url: null,
    max_steps_per_run: null,
    max_steps_per_workflow_run: null,
    max_retries_per_step: null,
    default_llm_key: null,
    default_secondary_llm_key: null,
    artifact_url_expiry_seconds: null,
    bw_organization_id: null,
    bw_collection_ids: null,
    created_at: started,
    modified_at: started,
  }
}
