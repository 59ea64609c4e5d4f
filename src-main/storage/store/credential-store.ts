import type { BackendId } from '#shared/credential.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { Secret } from '../../core/secret.ts'

/** A value and the backend that holds it. */
export type StoredValue = { readonly value: string; readonly backend: BackendId }

type Protection = 'none' | 'machine' | 'locked' | 'unlocked'

/** The way to open and to lock encrypted files. */
export interface PassphraseLock {
  /**
   * `none`: there is no passphrase yet; a key of the machine is made when it is first needed. Throws
   * CREDENTIAL_UNREADABLE if the key can't be read, or if it is missing and there are files.
   */
  protection(): Promise<Protection>
  /**
   * Opens the store until `lock`. Throws VAULT_LOCKED, with the reason in words, if the passphrase is wrong
   * or was never set, and CREDENTIAL_UNREADABLE if the key file is damaged.
   */
  unlock(passphrase: Secret): Promise<void>
  /**
   * Zeroes and forgets the key: from now on VAULT_LOCKED. A machine's key is read again when it is needed.
   */
  lock(): void
  /**
   * Sets a passphrase or changes it; the store is open afterwards. `current` is the passphrase so far. Null:
   * there is none. Throws as `unlock`, and STORE_WRITE_FAILED with the old passphrase still valid.
   */
  protect(passphrases: { readonly current: Secret | null; readonly next: Secret }): Promise<void>
}

/** A store of credentials: the secure store over the keychain, or one backend. */
export interface CredentialStore {
  /** The backend that is chosen for new values; a single value may be in another (`StoredValue`). */
  readonly id: BackendId
  /** Absent or null: this store has no passphrase. */
  readonly passphrase?: PassphraseLock | null
  /** Prepares for a use of this key that is near. Never throws, never raises a prompt and changes nothing. */
  prepare?(key: string): void
  /**
   * Writes a value, durable and read back when it resolves, and returns the backend that holds it. Throws
   * KEYCHAIN_*, STORE_WRITE_FAILED.
   */
  put(key: string, value: string): Promise<BackendId>
  /**
   * Reads a value; never deletes. Throws CREDENTIAL_UNREADABLE, KEYCHAIN_*, VAULT_LOCKED. Null: there is no
   * such key.
   */
  read(key: string): Promise<StoredValue | null>
  /** Deletes a value. False: there was none. */
  delete(key: string): Promise<boolean>
  /** Sorted keys. Throws KEYCHAIN_* or CREDENTIAL_UNREADABLE. */
  list(): Promise<string[]>
  /**
   * Returns the keys that are in the store, whether the catalog lists them or not, in no order. Throws as
   * `list`.
   */
  find(): Promise<readonly string[]>
  /** Returns the state of the store for a person to read. Never throws. */
  health(): Promise<StorageHealth>
  /** Removes half-written files of killed processes, at the start. */
  tidy(): Promise<void>
  /** Closes its resources and forgets its key. */
  close(): Promise<void>
}
