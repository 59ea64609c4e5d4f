import type { CredentialSummary, RotationState } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { RotationHandlers } from '../../src-main/core/requests/rotation-requests.ts'

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
export function fakeRotation({ find, upsert }: FakeRotationPorts): RotationHandlers {
  const next = new Map<string, Kept>()
  const wrong = new Set<string>()
  const former = new Map<string, Kept>()

  function changed(summary: CredentialSummary): CredentialSummary {
    upsert([summary])
    return summary
  }
  function isAt<Kind extends RotationState['kind']>(id: string, kind: Kind) {
    const credential = find(id)
    const { rotation } = credential
    if (rotation?.kind !== kind) throw new VaultError('INVALID_REQUEST')
    return { ...credential, rotation: rotation as Extract<RotationState, { kind: Kind }> }
  }

  return {
    prepareKey: async ({ credential: id, key, expiresAt }) => {
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
      return changed({ ...credential, rotation: { kind: 'prepared', since, masked } })
    },
    testKey: async (id) => {
      const { rotation, service } = find(id)
      if (rotation === null) throw new VaultError('INVALID_REQUEST')
      const testedAt = new Date().toISOString()
      if (service !== 'openai') return { works: 'unknown', text: 'Nothing was sent.', testedAt }
      return wrong.has(id)
        ? { works: 'no', text: 'api.openai.com answered 401: it does not accept the key.', testedAt }
        : { works: 'yes', text: 'api.openai.com accepted the key.', testedAt }
    },
    switchKey: async (id) => {
      const credential = isAt(id, 'prepared')
      former.set(id, keptOf(credential))
      const since = new Date()
      const undoUntil = new Date(since.getTime() + DAY).toISOString()
      return changed({
        ...credential,
        // A seed that begins with a waiting key names no more of it than its mask.
        ...(next.get(id) ?? { masked: credential.rotation.masked }),
        rotation: { kind: 'switched', since: since.toISOString(), undoUntil }
      })
    },
    undoRotation: async (id) => {
      const credential = find(id)
      if (credential.rotation?.kind === 'prepared') return changed({ ...credential, rotation: null })
      return changed({ ...isAt(id, 'switched'), ...former.get(id), rotation: null })
    },
    finishRotation: async (id) => changed({ ...isAt(id, 'switched'), rotation: null })
  }
}

function keptOf({ masked, expiry, obtainedAt, issuedAt }: CredentialSummary): Kept {
  return { masked, expiry, obtainedAt, issuedAt }
}
