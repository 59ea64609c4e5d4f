import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Secret } from '../secret.ts'

/**
 * A refresh that was begun and whose outcome is not known to be stored. `asked`: the request may have reached the
 * provider. `answered`: new tokens had come, and their record may have been lost.
 */
export type OpenRefresh = { readonly step: 'asked' | 'answered'; readonly since: Date }

/**
 * What was about to happen to a refresh token, written down before it happens, so that after a crash a rotation that
 * was lost can be told from a grant that was ended. Holds no token, only a mark by which one is known again.
 */
export interface RefreshJournal {
  /** Durable when it returns; a refresh with the same token that is open already stays as it is. Throws STORE_WRITE_FAILED. */
  begin(ref: CredentialRef, spent: Secret, at: Date): void
  /** New tokens have come and are about to be stored. Throws STORE_WRITE_FAILED. */
  answered(ref: CredentialRef): void
  /** The outcome is stored, or nothing was spent. Throws STORE_WRITE_FAILED. */
  settle(ref: CredentialRef): void
  /** Null: nothing is open that spent this token. Throws CREDENTIAL_UNREADABLE. */
  openFor(ref: CredentialRef, refreshToken: Secret): OpenRefresh | null
  /** Credentials with an open refresh, the oldest first. Throws CREDENTIAL_UNREADABLE. */
  open(): readonly CredentialRef[]
}

/** The journal helps to understand a crash; where it can not be written, the store itself still counts. */
export function quietly(write: () => void): void {
  try {
    write()
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
  }
}

/** As above for what is read from it. */
export function readOr<T>(otherwise: T, read: () => T): T {
  let value = otherwise
  quietly(() => {
    value = read()
  })
  return value
}
