import type { CredentialRef } from '#shared/credential.ts'
import type { Credential } from '../credential-record.ts'
import type { CredentialRepository, OAuthClient } from '../ports.ts'

type Ports = {
  readonly oauth: Pick<OAuthClient, 'revoke'>
  readonly repository: Pick<CredentialRepository, 'remove'>
  readonly tokens: {
    current(ref: CredentialRef): Promise<Credential | null>
    exclusively<T>(ref: CredentialRef, task: () => Promise<T>): Promise<T>
  }
}

/** Which of the two ends happened: here, and at the provider. */
export type SignOutResult = { readonly removed: boolean; readonly revoked: 'yes' | 'no' | 'unsupported' }

/**
 * Removes here, then revokes at the provider where it can; nobody waits for a provider with what is to be gone here.
 * Throws what the store throws, with nothing ended then; an entry that can't be read is removed without being revoked.
 */
export async function signOut(
  { oauth, repository, tokens }: Ports,
  ref: CredentialRef
): Promise<SignOutResult> {
  return await tokens.exclusively(ref, async () => {
    const credential = await tokens.current(ref).catch(() => 'unreadable' as const)
    const removed = await repository.remove(ref)
    return { removed, revoked: await revoked(oauth, credential) }
  })
}

async function revoked(
  oauth: Ports['oauth'],
  credential: Credential | 'unreadable' | null
): Promise<SignOutResult['revoked']> {
  // It may be a sign-in: nobody can say that it has ended there.
  if (credential === 'unreadable') return 'no'
  return credential?.kind === 'oauth' ? await oauth.revoke(credential) : 'unsupported'
}
