import type { BackendId, CredentialRef } from '#shared/credential.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { ApiKey, CatalogEntry, Credential, CredentialHealth, OAuthGrant } from './credential-record.ts'
import type { Secret } from './secret.ts'

/** Wall clock and its alarms. */
export interface Clock {
  now(): Date
  /** Calls back once after `ms` (0 to 60,000; longer waits are cut up by the caller); returns the cancel. */
  after(ms: number, callback: () => void): () => void
}

/** By which a client is known again without keeping it: changes with its ID and its secret. */
export type ClientMark = (client: OAuthGrant['client']) => string

/** Random number in [0, 1), for jitter only. */
export type Random = () => number

/** Key → secret over one store. Every backend passes `describeSecretBackend`. */
export interface SecretBackend {
  readonly id: BackendId
  /** Null: there is no such key. Throws VaultError CREDENTIAL_UNREADABLE if there is one that can't be read. */
  get(key: string): Promise<string | null>
  /** Durable when it resolves. Throws KEYCHAIN_* or STORE_WRITE_FAILED; the old value is then unchanged. */
  set(key: string, value: string): Promise<void>
  /** False: there was nothing to delete. */
  delete(key: string): Promise<boolean>
  /** Sorted keys. */
  list(): Promise<string[]>
  /**
   * Removes what killed writers left half written, which may be secrets in clear. Absent: writes of this kind leave
   * nothing. Throws CREDENTIAL_UNREADABLE where it can not look.
   */
  tidy?(): Promise<void>
}

/** One at a time for each key, over every process that uses the home. */
export interface ProcessLock {
  /** Runs `task` while nobody else is inside with this key. Throws STORE_WRITE_FAILED if another stays for too long. */
  exclusive<T>(key: string, task: () => Promise<T>): Promise<T>
}

/** Why a backup may take the catalog's place: it can't be read, or lists nothing though Latchkey has removed nothing. */
export type RestoreReason = 'broken' | 'emptied'

/** Credentials: the secret side in the secure store, the other side in the catalog. */
export interface CredentialRepository {
  /** Null: no such credential. Throws CREDENTIAL_UNREADABLE or KEYCHAIN_*; nothing is ever deleted by a read. */
  load(ref: CredentialRef): Promise<Credential | null>
  /** This credential is about to be stored, and may be made ready for. Never throws, asks nobody and changes nothing. */
  prepare(ref: CredentialRef): void
  /** Replaces the whole record; durable, and the entry listed, when it resolves. Health becomes `ok`. */
  save(credential: Credential): Promise<CatalogEntry>
  /** False: there was none. */
  remove(ref: CredentialRef): Promise<boolean>
  /** From the catalog alone; never opens the keychain. */
  list(): readonly CatalogEntry[]
  find(ref: CredentialRef): CatalogEntry | null
  /** Null: no such entry. */
  setHealth(ref: CredentialRef, health: CredentialHealth): CatalogEntry | null
  setLastUsed(ref: CredentialRef, at: Date): CatalogEntry | null
  /** After a crash: finishes or undoes what was begun. Called once at start. */
  recover(): Promise<void>
  storageHealth(): Promise<StorageHealth>
  /** Resolves when no call to the store is under way. */
  idle(): Promise<void>
  close(): Promise<void>
}

/** What a service said of a key. `unknown`: nothing that tells whether the key works. */
export type KeyAnswer = { readonly works: 'yes' | 'no' | 'unknown'; readonly text: string }

/** Asks the service of a key about it, with one request that changes nothing. */
export interface KeyChecker {
  /** Null: no such request is known for this service and the hosts allowed; nothing was sent. Never throws. */
  check(holder: Pick<ApiKey, 'ref' | 'allowedHosts'>, key: Secret): Promise<KeyAnswer | null>
}
