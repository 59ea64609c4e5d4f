import type { BackendId } from '#shared/credential.ts'
import { toProblem, VaultError } from '#shared/problem.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { SecretBackend } from '../../core/ports.ts'
import type { CredentialStore } from '../store/credential-store.ts'
import type { EncryptedFileBackend } from './encrypted-file-backend.ts'

/** Labels of the kinds, and whether they protect a secret from a person who gets hold of the disk. */
const kinds: Readonly<Record<BackendId, { readonly label: string; readonly protects: boolean }>> = {
  keychain: { label: 'Keychain', protects: true },
  'encrypted-file': { label: 'Encrypted files', protects: true },
  memory: { label: 'Memory only, until Latchkey ends', protects: false },
  'plain-file': { label: 'UNENCRYPTED files', protects: false },
  sops: { label: 'SOPS files', protects: true },
  custom: { label: 'Custom store', protects: true }
}

/** Returns one backend as the store of a vault. */
export function storeOver(backend: SecretBackend): CredentialStore {
  const files = isEncryptedFiles(backend) ? backend : null
  return {
    id: backend.id,
    passphrase: files,
    put: async (key, value) => {
      await backend.set(key, value)
      return backend.id
    },
    read: async (key) => {
      const value = await backend.get(key)
      return value === null ? null : { value, backend: backend.id }
    },
    delete: (key) => backend.delete(key),
    list: () => backend.list(),
    find: () => backend.list(),
    health: async () => {
      try {
        return files ? await healthOfFiles(files) : await healthOf(backend)
      } catch (error) {
        return unusable(backend.id, error)
      }
    },
    tidy: async () => await backend.tidy?.(),
    close: async () => files?.lock()
  }
}

function isEncryptedFiles(backend: SecretBackend): backend is EncryptedFileBackend {
  return backend.id === 'encrypted-file' && 'protection' in backend
}

async function healthOf(backend: SecretBackend): Promise<StorageHealth> {
  await backend.list()
  const { label, protects } = kinds[backend.id]
  return { backend: backend.id, label, state: protects ? 'healthy' : 'degraded', problem: null }
}

async function healthOfFiles(files: EncryptedFileBackend): Promise<StorageHealth> {
  const { label } = kinds['encrypted-file']
  const protection = await files.protection()
  await files.list()
  if (protection === 'unlocked') {
    return { backend: files.id, label: `${label} under a passphrase`, state: 'healthy', problem: null }
  }
  if (protection === 'machine') {
    return { backend: files.id, label: `${label} on this computer`, state: 'degraded', problem: null }
  }
  throw new VaultError('VAULT_LOCKED', {
    message:
      protection === 'locked'
        ? 'The encrypted files are locked. Enter their passphrase.'
        : 'The encrypted files have no passphrase yet. Set one first.'
  })
}

function unusable(id: BackendId, error: unknown): StorageHealth {
  const problem = toProblem(error)
  const state = problem.code === 'VAULT_LOCKED' ? 'locked' : 'unavailable'
  return { backend: null, label: kinds[id].label, state, problem }
}

/** Returns a store as one side of a move. */
export function backendOver(store: CredentialStore): SecretBackend {
  return {
    id: store.id,
    get: async (key) => (await store.read(key))?.value ?? null,
    set: async (key, value) => void (await store.put(key, value)),
    delete: (key) => store.delete(key),
    list: () => store.list(),
    tidy: () => store.tidy()
  }
}
