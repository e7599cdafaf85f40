/** Stored credentials by id, or by their name on the server. */
import { getCredential, getCredentials } from '../api/endpoints.ts'
import type { Credential } from '../api/types.ts'
import { allPages } from '../http/pages.ts'
import { CliError } from '../errors.ts'
import { ApiError } from '../http/errors.ts'
import type { Client, RequestOptions } from '../http/request.ts'

/** @throws CliError `not_found` if no credential has the name, `conflict` if several have it */
export async function findCredential(
  client: Client,
  given: string,
  options?: RequestOptions,
): Promise<Credential> {
  if (given.startsWith('cred_')) {
    return getCredential(client, given, options).catch(toldAs('credential', given))
  }
  const similar = await allPages((page) =>
    getCredentials(client, { search: given, ...page }, options),
  )
  const [found, ...others] = similar.filter(({ name }) => name === given)
  if (!found) throw unknown('credential', given)
  if (others.length > 0) throw ambiguous('credentials', given, [found, ...others].map(describe))
  return found
}

/** The id of a credential; a dry run does not look it up. @throws as `findCredential` */
export async function credentialIdOf(client: Client, given: string): Promise<string> {
  if (given.startsWith('cred_') || client.dryRun) return given
  return (await findCredential(client, given)).credential_id
}

const describe = ({
  credential_id: id,
  credential: { username, secret_label: label },
}: Credential) => [id, username ?? label].filter(Boolean).join('  ')

/** The error for an unknown id or name. */
export const unknown = (
  noun: 'agent' | 'credential',
  given: string,
  httpStatus?: number,
): CliError =>
  new CliError('not_found', `No ${noun} is called "${given}".`, {
    httpStatus,
    hint: `See what there is: \`skyvern ${noun} list\``,
  })

/** Translates the server's answer for an unknown id. */
export const toldAs =
  (noun: 'agent' | 'credential', given: string) =>
  (error: unknown): never => {
    const isUnknown = error instanceof ApiError && error.kind === 'not_found'
    throw isUnknown ? unknown(noun, given, error.status) : error
  }

/** The error for a name that several have. */
export const ambiguous = (nouns: string, name: string, lines: string[]): CliError =>
  new CliError('conflict', `${lines.length} ${nouns} are named "${name}".`, {
    hint: `Give the id of the one that you mean:\n${lines.map((line) => `  ${line}`).join('\n')}`,
  })
