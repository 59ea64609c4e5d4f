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

/**
 * Result of a sign-out: `removed` here and `revoked` at the provider. `isNoted`: the doctor lists that the
 * provider did not confirm it.
 */
export type SignOutResult = {
  readonly removed: boolean
  readonly revoked: 'yes' | 'no' | 'unsupported'
  readonly isNoted: boolean
}

/**
 * Removes the credential here, then revokes it at the provider if possible; the removal does not wait for the
 * provider. A note that it is unconfirmed is in the catalog before either step, so that a crash does not lose
 * it. Throws as the store does, with nothing ended then. An entry that can't be read is removed without being
 * revoked.
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

/**
 * True if the sign-out is unconfirmed and a note is of use: without revocation and a known page, a person can
 * do nothing.
 */
function isWorthNoting(outcome: SignOutResult['revoked'], { page }: KeptSignOut): boolean {
  return outcome === 'no' || (outcome === 'unsupported' && page !== null)
}

/**
 * Returns the id of the note. Null: it could not be written; the sign-out goes on and reports its outcome
 * itself.
 */
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
  // An unreadable entry may be a sign-in that lives on at the provider.
  if (credential === 'unreadable') return 'no'
  return credential?.kind === 'oauth' ? await oauth.revoke(credential) : 'unsupported'
}
