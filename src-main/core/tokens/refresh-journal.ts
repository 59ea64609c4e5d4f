import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Secret } from '../secret.ts'

/**
 * A refresh that was begun and whose outcome may not be saved. `asked`: the request may have reached the
 * provider. `answered`: new tokens came, and their record may have been lost.
 */
export type OpenRefresh = { readonly step: 'asked' | 'answered'; readonly since: Date }

/**
 * Records each use of a refresh token before it happens, so that after a crash a lost rotation can be told
 * from an ended grant. Holds only a mark that identifies the token, never the token itself.
 */
export interface RefreshJournal {
  /**
   * Records the start of a refresh; durable when it returns. An open refresh with the same token stays as it
   * is. Throws STORE_WRITE_FAILED.
   */
  begin(ref: CredentialRef, spent: Secret, at: Date): void
  /** Records that new tokens came and are about to be saved. Throws STORE_WRITE_FAILED. */
  answered(ref: CredentialRef): void
  /** Closes a refresh whose outcome is saved or whose token was not spent. Throws STORE_WRITE_FAILED. */
  settle(ref: CredentialRef): void
  /** Returns the open refresh that spent this token. Null: none. Throws CREDENTIAL_UNREADABLE. */
  openFor(ref: CredentialRef, refreshToken: Secret): OpenRefresh | null
  /** Returns the credentials with an open refresh, the oldest first. Throws CREDENTIAL_UNREADABLE. */
  open(): readonly CredentialRef[]
}

/**
 * Runs `write` and ignores a VaultError: the journal only helps to understand a crash, and the store works
 * without it.
 */
export function quietly(write: () => void): void {
  try {
    write()
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
  }
}

/** Returns the result of `read`, or `otherwise` if the journal can't be read. */
export function readOr<T>(otherwise: T, read: () => T): T {
  let value = otherwise
  quietly(() => {
    value = read()
  })
  return value
}
