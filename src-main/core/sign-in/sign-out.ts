import type { CredentialRef } from '#shared/credential.ts'
import type { Credential } from '../credential-record.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import { type KeptSignOut, noteOf, type SignOutNotes } from './sign-out-notes.ts'
import type { OAuthClient } from '../oauth-client.ts'

type Ports = {
  readonly oauth: Pick<OAuthClient, 'revoke'>
  readonly clock: Pick<Clock, 'now'>
  readonly repository: Pick<CredentialRepository, 'find' | 'remove'>
  readonly tokens: {
    current(ref: CredentialRef): Promise<Credential | null>
    exclusively<T>(ref: CredentialRef, task: () => Promise<T>): Promise<T>
  }
  readonly signOuts: SignOutNotes
}

/** Which of the two ends happened: here, and at the provider. `isNoted`: the doctor lists that the second did not. */
export type SignOutResult = {
  readonly removed: boolean
  readonly revoked: 'yes' | 'no' | 'unsupported'
  readonly isNoted: boolean
}

/**
 * Removes here, then revokes at the provider where it can; nobody waits for a provider with what is to be gone here.
 * That nothing has confirmed it stands in the catalog before either, so that no crash loses it. Throws what the store
 * throws, with nothing ended then; an entry that can't be read is removed without being revoked.
 */
export async function signOut(
  { clock, oauth, repository, signOuts, tokens }: Ports,
  ref: CredentialRef
): Promise<SignOutResult> {
  return await tokens.exclusively(ref, async () => {
    const credential = await tokens.current(ref).catch(() => 'unreadable' as const)
    const note = noteOf(repository.find(ref), clock.now())
    const id = note === null ? null : kept(signOuts, note)
    const removed = await repository.remove(ref).catch((error: unknown) => {
      if (id !== null) isGone(signOuts, id)
      throw error
    })
    const outcome = await revoked(oauth, credential)
    if (id === null || note === null) return { removed, revoked: outcome, isNoted: false }
    if (isWorthNoting(outcome, note)) return { removed, revoked: outcome, isNoted: true }
    return { removed, revoked: outcome, isNoted: !isGone(signOuts, id) }
  })
}

/** Where the provider can end nothing and nobody knows a page, a person can do nothing about it. */
function isWorthNoting(outcome: SignOutResult['revoked'], { page }: KeptSignOut): boolean {
  return outcome === 'no' || (outcome === 'unsupported' && page !== null)
}

/** Null: it could not be written down. The sign-out goes on, and says itself how it ended. */
function kept(signOuts: SignOutNotes, note: KeptSignOut): string | null {
  try {
    return signOuts.add(note)
  } catch {
    return null
  }
}

function isGone(signOuts: SignOutNotes, id: string): boolean {
  try {
    signOuts.remove(id)
    return true
  } catch {
    return false
  }
}

async function revoked(
  oauth: Ports['oauth'],
  credential: Credential | 'unreadable' | null
): Promise<SignOutResult['revoked']> {
  // It may be a sign-in: nobody can say that it has ended there.
  if (credential === 'unreadable') return 'no'
  return credential?.kind === 'oauth' ? await oauth.revoke(credential) : 'unsupported'
}
