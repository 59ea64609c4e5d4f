import type { CredentialStatus } from '#shared/credential.ts'

const unusable: readonly CredentialStatus['kind'][] = ['needs-sign-in', 'unreadable', 'expired', 'locked']

/** True if a request with a credential in this state may succeed. */
export function isUsable(kind: CredentialStatus['kind']): boolean {
  return !unusable.includes(kind)
}
