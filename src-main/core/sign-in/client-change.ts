import type { ClientChange } from '#shared/client-change.ts'
import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Credential, OAuthGrant } from '../credential-record.ts'
import type { ClientMark, CredentialRepository } from '../ports.ts'
import { type OAuthProvider, canDoWithoutSecret } from '../provider.ts'
import { Secret } from '../secret.ts'
import type { ProviderDirectory } from '../provider-directory.ts'

export type ClientChangePorts = {
  readonly repository: Pick<CredentialRepository, 'save'>
  readonly tokens: {
    current(ref: CredentialRef): Promise<Credential | null>
    amend<T>(ref: CredentialRef, task: () => Promise<T>): Promise<T>
  }
  readonly providers: Pick<ProviderDirectory, 'find'>
  readonly clientMark: ClientMark
}

/**
 * Saves another client with the tokens of a sign-in, so that the next refresh uses it. This clears the
 * health; only the provider's next answer tells whether it accepts the new client. The mark of the client of
 * the sign-in stays, so that a later refusal is known as that of a changed client. The same client again
 * changes nothing. Throws UNKNOWN_SERVICE, INVALID_REQUEST for an entry without a client or a missing secret,
 * CREDENTIAL_UNREADABLE, KEYCHAIN_*, STORE_WRITE_FAILED; the record then stays as it was.
 */
export async function changeClient(ref: CredentialRef, change: ClientChange, ports: ClientChangePorts) {
  const grant = requireGrant(await ports.tokens.current(ref))
  if (isSame(grant.client, clientOf(grant, change))) return
  await ports.tokens.amend(ref, async () => {
    const held = requireGrant(await ports.tokens.current(ref))
    const client = clientOf(held, change)
    await ports.repository.save({
      ...held,
      client,
      provider: rowFor(held.provider, client, ports.providers),
      clientMark: held.clientMark ?? ports.clientMark(held.client)
    })
  })
}

/** Throws UNKNOWN_SERVICE without an entry, INVALID_REQUEST for an entry without a client. */
export function requireGrant(held: Credential | null): OAuthGrant {
  if (held === null) throw new VaultError('UNKNOWN_SERVICE')
  // A project has a key instead of a client of ours; its sign-in asks for the key.
  if (held.kind === 'oauth' && held.provider.endpoints.kind !== 'gotrue') return held
  throw noClient()
}

export function noClient(): VaultError {
  return new VaultError('INVALID_REQUEST', { message: 'Only a sign-in has a client.' })
}

/**
 * True if the client needs a secret. Only a row in the directory can require one; a row made for an address
 * never does.
 */
export function needsSecret(provider: OAuthProvider, providers: Pick<ProviderDirectory, 'find'>): boolean {
  return !canDoWithoutSecret(provider) && providers.find(provider.id) !== null
}

function clientOf({ client }: OAuthGrant, { clientId, secret }: ClientChange): OAuthGrant['client'] {
  switch (secret.kind) {
    case 'keep':
      return { id: clientId, secret: client.secret }
    case 'remove':
      return { id: clientId, secret: null }
    case 'set':
      return { id: clientId, secret: new Secret(secret.secret) }
  }
}

function isSame(one: OAuthGrant['client'], other: OAuthGrant['client']): boolean {
  if (one.id !== other.id || (one.secret === null) !== (other.secret === null)) return false
  return one.secret === null || (other.secret !== null && one.secret.equals(other.secret))
}

function rowFor(
  provider: OAuthProvider,
  { secret }: OAuthGrant['client'],
  providers: ClientChangePorts['providers']
): OAuthProvider {
  if (secret !== null || canDoWithoutSecret(provider)) return provider
  if (needsSecret(provider, providers)) {
    throw new VaultError('INVALID_REQUEST', { message: 'This provider asks for a client secret.' })
  }
  return { ...provider, clientAuth: 'none' }
}
