import {
  type CredentialRef,
  type CredentialSummary,
  credentialKey,
  type RotationState
} from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { RotationRequestPorts } from '../../src-main/core/requests/rotation-requests.ts'

const DAY = 86_400_000

export type FakeRotationPorts = {
  /** Throws UNKNOWN_SERVICE. */
  readonly find: (id: string) => CredentialSummary
  readonly upsert: (credentials: readonly CredentialSummary[]) => void
}

type Kept = Pick<CredentialSummary, 'masked' | 'expiry' | 'obtainedAt' | 'issuedAt'>

/**
 * The exchange of keys in memory, with the refusals of the real one. A new key that begins with `sk-wrong` is
 * refused by its service, and a service that is not `openai` has no test.
 */
export function fakeRotation({ find, upsert }: FakeRotationPorts): RotationRequestPorts['rotation'] {
  const next = new Map<string, Kept>()
  const wrong = new Set<string>()
  const former = new Map<string, Kept>()

  function isAt<Kind extends RotationState['kind']>(ref: CredentialRef, kind: Kind) {
    const credential = find(credentialKey(ref))
    const { rotation } = credential
    if (rotation?.kind !== kind) throw new VaultError('INVALID_REQUEST')
    return { ...credential, rotation: rotation as Extract<RotationState, { kind: Kind }> }
  }

  return {
    prepare: async (ref, key, expiresAt) => {
      const id = credentialKey(ref)
      const credential = find(id)
      if (credential.kind !== 'api-key' || credential.rotation !== null) {
        throw new VaultError('INVALID_REQUEST')
      }
      const since = new Date().toISOString()
      const masked = `${key.slice(0, 2)}••••••••${key.slice(-2)}`
      const expiry =
        expiresAt === null ? ({ kind: 'never' } as const) : ({ kind: 'at', at: expiresAt } as const)
      next.set(id, { masked, expiry, obtainedAt: since, issuedAt: since })
      if (key.startsWith('sk-wrong')) wrong.add(id)
      else wrong.delete(id)
      upsert([{ ...credential, rotation: { kind: 'prepared', since, masked } }])
    },
    test: async (ref) => {
      const { id, rotation, service } = find(credentialKey(ref))
      if (rotation === null) throw new VaultError('INVALID_REQUEST')
      const testedAt = new Date().toISOString()
      if (service !== 'openai') return { works: 'unknown', text: 'Nothing was sent.', testedAt }
      return wrong.has(id)
        ? { works: 'no', text: 'api.openai.com answered 401: it does not accept the key.', testedAt }
        : { works: 'yes', text: 'api.openai.com accepted the key.', testedAt }
    },
    switch: async (ref) => {
      const credential = isAt(ref, 'prepared')
      const { id } = credential
      former.set(id, keptOf(credential))
      const since = new Date()
      const undoUntil = new Date(since.getTime() + DAY).toISOString()
      upsert([
        {
          ...credential,
          // A seed that begins with a waiting key has only the mask of it.
          ...(next.get(id) ?? { masked: credential.rotation.masked }),
          rotation: { kind: 'switched', since: since.toISOString(), undoUntil }
        }
      ])
    },
    undo: async (ref) => {
      const credential = find(credentialKey(ref))
      if (credential.rotation?.kind === 'prepared') upsert([{ ...credential, rotation: null }])
      else upsert([{ ...isAt(ref, 'switched'), ...former.get(credential.id), rotation: null }])
    },
    finish: async (ref) => upsert([{ ...isAt(ref, 'switched'), rotation: null }])
  }
}

function keptOf({ masked, expiry, obtainedAt, issuedAt }: CredentialSummary): Kept {
  return { masked, expiry, obtainedAt, issuedAt }
}
