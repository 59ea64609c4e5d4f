import type { BackendId, CredentialRef } from '#shared/credential.ts'
import type { EntryLabels } from '#shared/entry-labels.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { ApiKey, CatalogEntry, Credential, CredentialHealth, OAuthGrant } from './credential-record.ts'
import type { Secret } from './secret.ts'

/** Wall clock and its alarms. */
export interface Clock {
  now(): Date
  /**
   * Calls back once after `ms` (0 to 60,000; callers split longer waits); returns the function that cancels
   * it.
   */
  after(ms: number, callback: () => void): () => void
}

/**
 * Returns a mark that identifies a client without keeping the client. The mark changes with ID and secret.
 */
export type ClientMark = (client: OAuthGrant['client']) => string

/** Random number in [0, 1), for jitter only. */
export type Random = () => number

/** Key → secret over one store. Every backend passes `describeSecretBackend`. */
export interface SecretBackend {
  readonly id: BackendId
  /** Null: there is no such key. Throws VaultError CREDENTIAL_UNREADABLE if its value can't be read. */
  get(key: string): Promise<string | null>
  /** Durable when it resolves. Throws KEYCHAIN_* or STORE_WRITE_FAILED; the old value is then unchanged. */
  set(key: string, value: string): Promise<void>
  /** False: there was nothing to delete. */
  delete(key: string): Promise<boolean>
  /** Returns the keys, sorted. */
  list(): Promise<string[]>
  /**
   * Removes leftovers of killed writers, which may hold plaintext secrets. Absent: the writes of this backend
   * leave nothing behind. Throws CREDENTIAL_UNREADABLE if it can't search for them.
   */
  tidy?(): Promise<void>
}

/** One lock per key, shared by all processes that use the same home. */
export interface ProcessLock {
  /**
   * Runs `task` while it holds the lock of this key. Throws STORE_WRITE_FAILED if another holder keeps the
   * lock too long.
   */
  exclusive<T>(key: string, task: () => Promise<T>): Promise<T>
}

/**
 * Reason to restore a backup of the catalog: the catalog can't be read, or it is empty though Latchkey has
 * removed nothing.
 */
export type RestoreReason = 'broken' | 'emptied'

/** The credentials: the secret side in the secure store, the non-secret side in the catalog. */
export interface CredentialRepository {
  /** Null: no such credential. Throws CREDENTIAL_UNREADABLE or KEYCHAIN_*; a read never deletes anything. */
  load(ref: CredentialRef): Promise<Credential | null>
  /** Prepares to save this credential soon. Never throws, never prompts and changes nothing. */
  prepare(ref: CredentialRef): void
  /**
   * Replaces the whole record. When it resolves, the record is durable and its entry is listed. Health
   * becomes `ok`.
   */
  save(credential: Credential): Promise<CatalogEntry>
  /** False: there was no such credential. */
  remove(ref: CredentialRef): Promise<boolean>
  /**
   * Takes a credential out of list and use, with its secret still in the store. `putBack` undoes that; `removeSetAside`
   * or the next start removes the credential, and a `save` replaces it. False: there was no such credential.
   */
  setAside(ref: CredentialRef): Promise<boolean>
  /** Null: the credential is not set aside any more. */
  putBack(ref: CredentialRef): Promise<CatalogEntry | null>
  /** Removes a credential that is set aside; after a failure it is listed again. False: it is not set aside any more. */
  removeSetAside(ref: CredentialRef): Promise<boolean>
  isSetAside(ref: CredentialRef): boolean
  /** Reads the catalog alone; never opens the keychain. */
  list(): readonly CatalogEntry[]
  find(ref: CredentialRef): CatalogEntry | null
  /** Null: no such entry. */
  setHealth(ref: CredentialRef, health: CredentialHealth): CatalogEntry | null
  setLastUsed(ref: CredentialRef, at: Date): CatalogEntry | null
  /** Sets what the person has written about an entry; null: nothing. Null: no such entry. Throws STORE_WRITE_FAILED. */
  setLabels(ref: CredentialRef, labels: EntryLabels | null): CatalogEntry | null
  /** Finishes or undoes operations that a crash interrupted. Called once at start. */
  recover(): Promise<void>
  storageHealth(): Promise<StorageHealth>
  /** Resolves when no call to the store is under way. */
  idle(): Promise<void>
  close(): Promise<void>
}

/** Answer of a service to the test of a key. `unknown`: it does not tell whether the key works. */
export type KeyAnswer = { readonly works: 'yes' | 'no' | 'unknown'; readonly text: string }

/** Tests a key at its service, with one request that changes nothing. */
export interface KeyChecker {
  /**
   * Null: no such request is known for this service and its allowed hosts, and nothing was sent. Never
   * throws.
   */
  check(holder: Pick<ApiKey, 'ref' | 'allowedHosts'>, key: Secret): Promise<KeyAnswer | null>
}
