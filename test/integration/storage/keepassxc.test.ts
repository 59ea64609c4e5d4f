import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { forkHelper, helperKeychainLoader } from '../../../src-main/storage/keychain/keychain-client.ts'
import type { KeychainLoader } from '../../../src-main/storage/keychain/keychain-adapter.ts'
import {
  describeSecretBackend,
  temporaryDir
} from '../../../src-main/storage/backends/secret-backend.contract.ts'
import { SecureStore } from '../../../src-main/storage/secure-store.ts'
import { openKeychainSession, type KeychainSession } from './keychain-session.ts'

const helper = join(import.meta.dirname, '../../../src-main/storage/keychain/keychain-helper.ts')
let session: KeychainSession
let loader: KeychainLoader

beforeAll(async () => {
  session = await openKeychainSession('with-keepassxc.sh')
  loader = helperKeychainLoader(forkHelper(helper, session.environment))
})

afterAll(async () => {
  ;(await loader())?.close?.()
  await session.close()
})

const freshService = (): string => `latchkey-test-${randomBytes(6).toString('hex')}`

describeSecretBackend('SecureStore on KeePassXC', async () => {
  const service = freshService()
  const keys = new Set<string>()
  const dir = join(await temporaryDir(), 'secrets')
  const open = (): SecureStore =>
    new SecureStore(service, {
      keychainLoader: loader,
      fallbackDir: dir,
      fallbackPolicy: 'deny',
      knownKeys: () => [...keys]
    })
  const store = open()
  const backend = {
    get: (key: string) => store.get(key),
    delete: (key: string) => store.delete(key),
    list: () => store.list(),
    set: async (key: string, value: string) => {
      await store.set(key, value)
      keys.add(key)
    }
  }
  return { backend, reopen: open }
})

test('KeePassXC is found healthy, and its entries are those of the desktop’s own tool', async () => {
  const service = freshService()
  const store = new SecureStore(service, { keychainLoader: loader })
  expect(await store.health()).toMatchObject({ backend: 'keychain', state: 'healthy' })
  await store.set('key', 'Grüße')
  const found = spawnSync('secret-tool', ['lookup', 'service', service, 'username', 'key'], {
    env: session.environment,
    encoding: 'utf8'
  })
  expect(found.stdout).toBe('Grüße')
})
