import type { BackendId } from '#shared/credential.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { Secret } from '../../core/secret.ts'

/** A value and the backend that holds it. */
export type StoredValue = { readonly value: string; readonly backend: BackendId }

type Protection = 'none' | 'machine' | 'locked' | 'unlocked'

/** How encrypted files are opened and closed. */
export interface PassphraseLock {
  /**
   * `none`: there is no passphrase yet; a machine's key is made by itself when it is first needed. Throws
   * CREDENTIAL_UNREADABLE if the key can't be read, or is missing for files that are there.
   */
  protection(): Promise<Protection>
  /**
   * Opens the store until `lock`. Throws VAULT_LOCKED, with the reason in words, if the passphrase is not right or
   * none was ever set, and CREDENTIAL_UNREADABLE if the key file is damaged.
   */
  unlock(passphrase: Secret): Promise<void>
  /** Forgets the key and zeroes it: from now on VAULT_LOCKED. A machine's key is read again when it is needed. */
  lock(): void
  /**
   * Sets a passphrase, or changes it: `current` is the one until now, null if there is none. The store is open
   * afterwards. Throws as `unlock`, and STORE_WRITE_FAILED with the old passphrase still valid.
   */
  protect(passphrases: { readonly current: Secret | null; readonly next: Secret }): Promise<void>
}

/** What credentials are kept in: the secure store over the keychain, or one backend. */
export interface CredentialStore {
  /** The backend that new values go to by choice; a single one may lie elsewhere (`StoredValue`). */
  readonly id: BackendId
  /** Absent or null: this store knows no passphrase. */
  readonly passphrase?: PassphraseLock | null
  /** A use of this key is near, and may be made ready for. Never throws, asks nobody and changes nothing. */
  prepare?(key: string): void
  /** Durable and read back when it resolves; says which backend holds it. Throws KEYCHAIN_*, STORE_WRITE_FAILED. */
  put(key: string, value: string): Promise<BackendId>
  /** Null: there is no such key. Throws CREDENTIAL_UNREADABLE, KEYCHAIN_*, VAULT_LOCKED; never deletes. */
  read(key: string): Promise<StoredValue | null>
  /** False: there was none. */
  delete(key: string): Promise<boolean>
  /** Sorted keys. Throws KEYCHAIN_* or CREDENTIAL_UNREADABLE. */
  list(): Promise<string[]>
  /** The keys that are there, whatever the catalog says, in no order. Throws as `list`. */
  find(): Promise<readonly string[]>
  /** What a person is told about where secrets go. Never throws. */
  health(): Promise<StorageHealth>
  /** At start: removes what a killed process left half written. */
  tidy(): Promise<void>
  /** Ends what it keeps open and forgets its key. */
  close(): Promise<void>
}
