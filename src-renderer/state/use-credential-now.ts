import type { CredentialSummary } from '#shared/credential.ts'
import { useNow } from './vault-context.tsx'
import { countsSeconds } from '../status/when-text.ts'

/**
 * The time for everything that is shown of a credential, so that row and detail agree: it moves every second while one
 * of them counts seconds. `isNear`: true if a time beside the status is that near, too.
 */
export function useCredentialNow(
  credential: CredentialSummary,
  isNear: (now: number) => boolean = () => false
): number {
  const minute = useNow('minute')
  return useNow(countsSeconds(credential, minute) || isNear(minute) ? 'second' : 'minute')
}
