import { randomBytes } from 'node:crypto'
import { VaultError } from '#shared/problem.ts'
import type { CredentialStore } from './store/credential-store.ts'

/** The key of the store under which the vault keeps its own secret. No credential can have it. */
export const VAULT_KEY = JSON.stringify(['LATCHKEY', 'vault-key'])

/**
 * Returns the vault's own secret of 32 bytes, which is made when it is first needed. The keys of clients and of
 * the audit log are derived from it. Throws as the store does, and CREDENTIAL_UNREADABLE for a value of another
 * shape, which stays as it is.
 */
export async function readVaultKey(store: Pick<CredentialStore, 'read' | 'put'>): Promise<Uint8Array> {
  const found = await store.read(VAULT_KEY)
  if (found !== null) return keyFrom(found.value)
  await store.put(VAULT_KEY, randomBytes(32).toString('hex'))
  // What another process may have stored meanwhile is what counts.
  const stored = await store.read(VAULT_KEY)
  if (stored === null) throw new VaultError('STORE_WRITE_FAILED')
  return keyFrom(stored.value)
}

function keyFrom(text: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new VaultError('CREDENTIAL_UNREADABLE')
  return Buffer.from(text, 'hex')
}
