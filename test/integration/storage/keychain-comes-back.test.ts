import { afterEach, expect, test } from 'vitest'
import type { Clock } from '../../../src-main/core/ports.ts'
import { type Harness, openTestVault, removeVaultHome } from '../../support/vault-harness.ts'
import { type KeyringSession, startKeyringSession } from './keyring-session.ts'

/** A clock by which half a minute takes half a second. */
const hurried: Clock = {
  now: () => new Date(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms / 60)
    return () => clearTimeout(timer)
  }
}
const key = {
  service: 'stripe',
  name: 'Stripe',
  account: 'acme',
  key: 'sk_test_0123456789abcdefghij',
  allowedHosts: [],
  expiresAt: null,
  replace: false
}

const toClose: Array<() => Promise<void>> = []
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close()
})

async function open(): Promise<Harness & KeyringSession & { readonly states: string[] }> {
  const session = await startKeyringSession()
  toClose.push(session.close)
  const harness = await openTestVault({ helperEnvironment: session.environment, clock: hurried })
  const states: string[] = []
  harness.vault.on('storageChanged', ({ state }) => states.push(state))
  toClose.push(async () => {
    await harness.vault.close()
    await removeVaultHome(harness.home)
  })
  return { ...harness, ...session, states }
}

test('A keyring that is started later is found without a request', async () => {
  const { vault, startDaemon, states } = await open()
  expect((await vault.handlers.getSnapshot()).storage.state).toBe('unavailable')
  await expect(vault.handlers.addApiKey(key)).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })
  await startDaemon()
  await expect.poll(() => states.at(-1)).toBe('healthy')
  expect(await vault.handlers.addApiKey(key)).toMatchObject({ backend: 'keychain' })
})

test('A keyring that is locked meanwhile is told at the first use of it, and so is its coming back', async () => {
  const { vault, startDaemon, endDaemon, lock, states } = await open()
  await startDaemon()
  await expect.poll(() => states.at(-1)).toBe('healthy')
  const { id } = await vault.handlers.addApiKey(key)
  lock()
  await expect(vault.handlers.checkNow(id)).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' })
  await expect.poll(() => states.at(-1)).toBe('locked')
  await endDaemon()
  await startDaemon()
  await expect.poll(() => states.at(-1)).toBe('healthy')
  expect(await vault.handlers.checkNow(id)).toMatchObject({ checkedAt: expect.any(String) })
})
