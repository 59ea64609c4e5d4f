import type { VaultRequestHandlers } from '#shared/bridge.ts'
import type { CredentialRef } from '#shared/credential.ts'
import { labelsOrNull } from '#shared/entry-labels.ts'
import { VaultError } from '#shared/problem.ts'
import { apiKeyFrom } from '../api-key.ts'
import type { CatalogEntry, Credential } from '../credential-record.ts'
import type { CredentialFeed } from '../list/credential-feed.ts'
import type { OAuthClient } from '../oauth-client.ts'
import type { Clock, CredentialRepository, KeyChecker } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { signOut } from '../sign-in/sign-out.ts'
import type { SignOutNotes } from '../sign-in/sign-out-notes.ts'
import { healthAfterCheck } from '../catalog-entry.ts'
import { knownRef, listed } from './known-credential.ts'

export type CredentialRequestPorts = {
  readonly clock: Clock
  readonly feed: CredentialFeed
  readonly keyChecks: KeyChecker
  readonly oauth: OAuthClient
  readonly repository: CredentialRepository
  readonly signOuts: SignOutNotes
  readonly tokens: Tokens
}

/** The part of TokenService that the requests need. */
type Tokens = {
  getToken(ref: CredentialRef, options?: { scope?: string }): Promise<Secret>
  refresh(ref: CredentialRef): Promise<void>
  refreshAll(): Promise<{ refreshed: number; failed: number }>
  current(ref: CredentialRef): Promise<Credential | null>
  /** Ends the work under way for this credential before it is removed or replaced. */
  exclusively<T>(ref: CredentialRef, task: () => Promise<T>): Promise<T>
}

/** The requests about kept credentials: adding a key, refreshing, checking, ending. */
export function credentialHandlers(ports: CredentialRequestPorts) {
  const { clock, feed, repository, tokens } = ports
  return {
    addApiKey: async (request) => {
      const key = apiKeyFrom(request, clock.now())
      await tokens.exclusively(key.ref, async () => {
        const existing = repository.find(key.ref)
        if (existing !== null) requireReplaceable(existing.kind, request.replace)
        await repository.save(key)
      })
      return listed(feed, key.ref)
    },
    refresh: async (id) => {
      const ref = knownRef(repository, id)
      await tokens.refresh(ref)
      return listed(feed, ref)
    },
    refreshAll: () => tokens.refreshAll(),
    checkNow: (id) => checkNow(ports, knownRef(repository, id)),
    signOut: async (id) => await signOut(ports, knownRef(repository, id)),
    setLabels: async (id, labels) => {
      const ref = knownRef(repository, id)
      repository.setLabels(ref, labels && labelsOrNull(labels))
      return listed(feed, ref)
    },
    remove: async (id) => {
      const ref = knownRef(repository, id)
      await tokens.exclusively(ref, () => repository.remove(ref))
      return null
    }
  } satisfies Partial<VaultRequestHandlers>
}

/**
 * Throws INVALID_REQUEST unless a key replaces a key: a replaced sign-in would be lost without being revoked.
 */
function requireReplaceable(kind: CatalogEntry['kind'], replace: boolean): void {
  if (kind !== 'api-key') {
    throw new VaultError('INVALID_REQUEST', {
      message: 'An entry of another kind already has this service and account. Change the account.'
    })
  }
  if (replace) return
  throw new VaultError('INVALID_REQUEST', {
    message: 'An entry already has this service and account. Replace it, or change the account.'
  })
}

/**
 * Uses the credential for one request to its own provider. Throws PROVIDER_UNREACHABLE if the answer tells
 * nothing.
 */
async function checkNow(
  { clock, keyChecks, oauth, repository, tokens }: CredentialRequestPorts,
  ref: CredentialRef
) {
  const secret = await tokens.getToken(ref)
  const credential = await repository.load(ref)
  const checkedAt = clock.now().toISOString()
  if (credential?.kind === 'oauth') {
    const { works, text, lacks = [] } = await oauth.check(credential, secret)
    noteAccess(repository, ref, lacks)
    return { works, text, checkedAt }
  }
  const answer = credential?.kind === 'api-key' ? await keyChecks.check(credential, secret) : null
  if (answer === null) {
    return { works: true, text: 'The key can be read from the store. It was not sent anywhere.', checkedAt }
  }
  const { works, text } = answer
  if (works === 'unknown') throw new VaultError('PROVIDER_UNREACHABLE', { message: text })
  return { works: works === 'yes', text, checkedAt }
}

/**
 * Records the lacking scopes, so that the person is asked for more access; the grant goes on with its scopes.
 */
function noteAccess(
  repository: CredentialRequestPorts['repository'],
  ref: CredentialRef,
  lacks: readonly string[]
): void {
  const entry = repository.find(ref)
  const health = entry === null ? null : healthAfterCheck(entry, lacks)
  if (health !== null) repository.setHealth(ref, health)
}
