import { type CredentialRef, type CredentialSummary, credentialKey } from '#shared/credential.ts'
import type { CatalogEntry } from '../../src-main/core/credential-record.ts'
import { Removals } from '../../src-main/core/removals.ts'

type Ports = {
  readonly credentials: ReadonlyMap<string, CredentialSummary>
  readonly upsert: (credentials: readonly CredentialSummary[]) => void
  readonly remove: (ids: readonly string[]) => void
}

/** The vault's own removals over summaries in memory. */
export function fakeRemovals({ credentials, remove, upsert }: Ports): Removals {
  const aside = new Map<string, CredentialSummary>()
  const run = async <T>(_ref: CredentialRef, task: () => Promise<T>): Promise<T> => await task()
  return new Removals({
    clock: {
      after: (ms, callback) => {
        const timer = setTimeout(callback, ms)
        return () => clearTimeout(timer)
      }
    },
    repository: {
      setAside: async (ref) => {
        const key = credentialKey(ref)
        const summary = credentials.get(key)
        if (summary === undefined) return false
        aside.set(key, summary)
        remove([key])
        return true
      },
      putBack: async (ref) => {
        const key = credentialKey(ref)
        const summary = aside.get(key)
        if (summary === undefined) return null
        aside.delete(key)
        upsert([summary])
        // Only that it is there counts for removals.
        return { ref } as CatalogEntry
      },
      removeSetAside: async (ref) => aside.delete(credentialKey(ref))
    },
    tokens: { inTurn: run, exclusively: run }
  })
}
