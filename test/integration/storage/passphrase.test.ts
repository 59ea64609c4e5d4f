import { join } from 'node:path'
import { Secret } from '../../../src-main/core/secret.ts'
import { createEncryptedFileBackend } from '../../../src-main/storage/backends/encrypted-file-backend.ts'
import {
  describeSecretBackend,
  temporaryDir
} from '../../../src-main/storage/backends/secret-backend.contract.ts'
import { makeScryptCheap } from '../../crash/cheap-scrypt.ts'

// Scrypt at its full cost would take a minute here; the tests of the derivation check that cost.
makeScryptCheap()

const passphrase = new Secret('a passphrase of the contract')

describeSecretBackend('The encrypted-file backend under a passphrase', async () => {
  const root = await temporaryDir()
  const options = { dir: join(root, 'secrets'), keyDir: join(root, 'key'), protection: 'passphrase' } as const
  const backend = createEncryptedFileBackend(options)
  await backend.protect({ current: null, next: passphrase })
  const reopen = () => {
    const next = createEncryptedFileBackend(options)
    const opened = async () => {
      if ((await next.protection()) === 'locked') await next.unlock(passphrase)
      return next
    }
    return {
      get: async (key: string) => (await opened()).get(key),
      set: async (key: string, value: string) => (await opened()).set(key, value),
      delete: async (key: string) => (await opened()).delete(key),
      list: async () => (await opened()).list()
    }
  }
  return { backend, reopen }
})
