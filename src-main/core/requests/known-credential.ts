import { type CredentialRef, type CredentialSummary, refFromKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { CredentialFeed } from '../list/credential-feed.ts'
import type { CredentialRepository } from '../ports.ts'

/** Returns the reference for an id. Throws UNKNOWN_SERVICE if the id is not in the catalog. */
export function knownRef(repository: Pick<CredentialRepository, 'find'>, id: string): CredentialRef {
  const ref = refFromKey(id)
  if (ref === null || repository.find(ref) === null) {
    throw new VaultError('UNKNOWN_SERVICE', { message: 'There is no entry with this service and account.' })
  }
  return ref
}

/** Returns the entry as a window sees it. Throws UNKNOWN_SERVICE if it is gone. */
export function listed(feed: Pick<CredentialFeed, 'summary'>, ref: CredentialRef): CredentialSummary {
  const summary = feed.summary(ref)
  if (summary === null) throw new VaultError('UNKNOWN_SERVICE')
  return summary
}
