import { randomBytes } from 'node:crypto'
import { VaultError } from '#shared/problem.ts'
import type { CredentialStore } from './store/credential-store.ts'

/**
 * Keys of the store under which the vault keeps secrets of its own. No credential can have them: the id of a
 * service has no upper-case letter.
 */
export const VAULT_KEY = JSON.stringify(['LATCHKEY', 'vault-key'])
export const AUDIT_HEAD = JSON.stringify(['LATCHKEY', 'audit-head'])

const ownKeys: readonly string[] = [VAULT_KEY, AUDIT_HEAD]
/** Preference of the catalog that lists the own keys in use, so that a move takes them along. */
const OWN_KEYS = 'ownKeys'

/** True for a key of the vault itself. */
export const isOwnKey = (key: string): boolean => ownKeys.includes(key)

export type OwnStore = Pick<CredentialStore, 'read' | 'put'>
/** The part of the catalog that knows which own keys are in use. */
export type OwnKeyNotes = {
  preference(name: string): unknown
  setPreference(name: string, value: unknown): void
}

/**
 * Returns the vault's own secret of 32 bytes, which is made when it is first needed. The keys of clients and of
 * the audit log are derived from it. Throws as the store does, and CREDENTIAL_UNREADABLE for a value of another
 * shape, which stays as it is.
 */
export async function readVaultKey(store: OwnStore, notes: OwnKeyNotes): Promise<Uint8Array> {
  const found = await store.read(VAULT_KEY)
  if (found !== null) return keyFrom(found.value)
  await writeOwn(store, notes, { key: VAULT_KEY, value: randomBytes(32).toString('hex') })
  const stored = await store.read(VAULT_KEY)
  if (stored === null) throw new VaultError('STORE_WRITE_FAILED')
  return keyFrom(stored.value)
}

/** Writes a value of the vault itself. Throws as `CredentialStore.put`. */
export async function writeOwn(
  store: OwnStore,
  notes: OwnKeyNotes,
  { key, value }: { readonly key: string; readonly value: string }
): Promise<void> {
  await store.put(key, value)
  const known = ownKeysIn(notes)
  if (!known.includes(key)) notes.setPreference(OWN_KEYS, [...known, key])
}

/** Returns the own keys in use. */
export function ownKeysIn({ preference }: Pick<OwnKeyNotes, 'preference'>): readonly string[] {
  const noted = preference(OWN_KEYS)
  return Array.isArray(noted)
    ? noted.filter((key): key is string => typeof key === 'string' && isOwnKey(key))
    : []
}

function keyFrom(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new VaultError('CREDENTIAL_UNREADABLE')
  return Buffer.from(text, 'hex')
}
