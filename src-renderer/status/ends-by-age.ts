import type { CredentialSummary } from '#shared/credential.ts'

/** Returns true if the provider ends it soon for its age alone: neither use nor refresh helps. */
export function endsByAge({ renewable, status, useBefore, signInBefore }: CredentialSummary): boolean {
  return renewable && status.kind === 'expiring' && useBefore === null && signInBefore !== null
}
