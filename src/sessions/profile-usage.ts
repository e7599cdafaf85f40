/** Who uses a profile, in words. */
import { getBrowserProfileUsage } from '../api/endpoints.ts'
import type { Client } from '../http/request.ts'
import { ApiError } from '../http/errors.ts'

/** `2 agents (Invoices, Login), 1 credential (Shop)`; empty when nobody does, or the server cannot tell. */
export async function describeUsage(client: Client, profileId: string): Promise<string> {
  try {
    const { workflows = [], credentials = [] } = await getBrowserProfileUsage(client, profileId)
    const agents = workflows.map((item) => item.title ?? item.workflow_permanent_id)
    const logins = credentials.map((item) => item.name ?? item.credential_id)
    return [count(agents, 'agent'), count(logins, 'credential')].filter(Boolean).join(', ')
  } catch (error) {
    if (error instanceof ApiError) return ''
    throw error
  }
}

const count = (names: string[], noun: string): string =>
  names.length > 0
    ? `${names.length} ${noun}${names.length > 1 ? 's' : ''} (${names.join(', ')})`
    : ''
