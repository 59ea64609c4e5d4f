import type { CredentialSummary } from '#shared/credential.ts'

/** About to be ended by its provider for its age alone, so that neither using nor renewing it helps. */
export function endsByAge({ renewable, status, useBefore, signInBefore }: CredentialSummary): boolean {
  return renewable && status.kind === 'expiring' && useBefore === null && signInBefore !== null
}
