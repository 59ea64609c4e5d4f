import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../../../src-main/config.ts'
import type { Clock } from '../../../src-main/core/ports.ts'
import { FakeSurface } from '../../../src-main/core/testing/fake-surface.ts'
import { openCatalog } from '../../../src-main/storage/catalog/catalog.ts'
import { StoredCredentialRepository } from '../../../src-main/storage/repository/credential-repository.ts'
import { SecureStore } from '../../../src-main/storage/secure-store.ts'
import {
  createMemoryKeychain,
  exampleGrant,
  exampleRef,
  type MemoryKeychain
} from '../../../src-main/storage/storage.testkit.ts'
import { createVault } from '../../../src-main/vault/vault.ts'
import { homeLayout } from '../../../src-main/home/home-layout.ts'

const CREDENTIALS = 100
const MINUTE = 60_000
const SPEED = 10

/** A clock that runs ten times as fast, and begins on a day on which the grants have long expired. */
function fastClock(): Clock {
  const start = Date.now()
  const now = (): Date => new Date(start + (Date.now() - start) * SPEED)
  return {
    now,
    after: (ms, callback) => {
      const timer = setTimeout(callback, ms / SPEED)
      return () => clearTimeout(timer)
    }
  }
}

async function homeWithGrants(adapter: MemoryKeychain): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'latchkey-locked-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const catalog = await openCatalog(homeLayout(home).catalog)
  const store = new SecureStore('latchkey', {
    fallbackPolicy: 'deny',
    keychainLoader: async () => adapter,
    knownKeys: () => catalog.keys()
  })
  const repository = new StoredCredentialRepository({ store, catalog, clock: { now: () => new Date() } })
  for (let number = 0; number < CREDENTIALS; number += 1) {
    await repository.save(exampleGrant({ ref: { ...exampleRef, account: `account ${number}` } }))
  }
  await repository.close()
  return home
}

test('A locked keychain and a hundred sign-ins that are due bring one warning and a handful of calls a minute', async () => {
  const adapter = createMemoryKeychain({ enumerable: false })
  const home = await homeWithGrants(adapter)
  adapter.fail(new Error('Secret Service: unlock prompt was dismissed'))
  adapter.calls.length = 0
  const clock = fastClock()
  const began = clock.now().getTime()
  let requests = 0
  const vault = await createVault({
    config: readConfig({ LATCHKEY_HOME: home, LATCHKEY_STORE: 'keychain' }, ['node', 'vault']),
    clock,
    random: Math.random,
    newId: randomUUID,
    fetch: async () => {
      requests += 1
      throw new Error('There is no network here.')
    },
    keychain: async () => adapter,
    surface: new FakeSurface(),
    writeClipboard: async () => undefined,
    openInBrowser: async () => undefined,
    warn: () => undefined,
    version: '0.0.0-test'
  })
  onTestFinished(() => vault.close())
  const states: string[] = []
  vault.on('storageChanged', ({ state }) => states.push(state))
  await sleep(MINUTE / SPEED)
  // On a busy machine the wait is longer, and the vault's clock goes on.
  const minutes = (clock.now().getTime() - began) / MINUTE
  const gets = adapter.calls.filter((call) => call.startsWith('get')).length
  console.log(
    `locked keychain, ${CREDENTIALS} sign-ins due: ${adapter.calls.length} calls in ${minutes.toFixed(2)} minutes, ${gets} of them reads`
  )
  expect(states).toEqual(['locked'])
  expect(vault.repository.list()).toHaveLength(CREDENTIALS)
  // The test proves something only if the vault tries at all.
  expect(gets).toBeGreaterThan(0)
  // Four or five on an idle machine; a read of every sign-in would be a hundred each time.
  expect(adapter.calls.length / minutes).toBeLessThanOrEqual(20)
  expect(requests).toBe(0)
  // Once the keychain is open, all waiting refreshes go on, each when it can.
  adapter.fail(null)
  await expect.poll(() => requests, { timeout: 20_000 }).toBeGreaterThanOrEqual(CREDENTIALS)
})
