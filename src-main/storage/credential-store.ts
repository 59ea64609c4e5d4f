import type { BackendId } from '#shared/credential.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { EncryptedFileBackend } from './backends/encrypted-file-backend.ts'

/** A value and the backend that holds it. */
export type StoredValue = { readonly value: string; readonly backend: BackendId }

/** How encrypted files are opened and closed; see there. */
export type PassphraseLock = Pick<EncryptedFileBackend, 'protection' | 'unlock' | 'lock' | 'protect'>

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
