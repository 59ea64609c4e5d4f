import { afterEach, beforeEach, expect, it } from 'vitest'
import type { VaultEvents } from '#shared/ipc.ts'
import { type Harness, newVaultHome, openTestVault, removeVaultHome } from '../../support/vault-harness.ts'

const KEY = 'sk_test_0123456789abcdefghijklmn'

let harness: Harness
let id = ''
let isOpen = false

beforeEach(async () => {
  harness = await openTestVault({ home: await newVaultHome(), store: 'file' })
  isOpen = true
  const { handlers, preferences } = harness.vault
  await handlers.setPreferences({ ...preferences.get(), allowEncryptedFiles: true })
  const key = {
    service: 'stripe',
    name: 'Stripe',
    account: 'acme',
    key: KEY,
    allowedHosts: ['api.stripe.com']
  }
  id = (await handlers.addApiKey({ ...key, expiresAt: null, replace: false })).id
})
afterEach(async () => {
  await close()
  await removeVaultHome(harness.home)
})

async function close(): Promise<void> {
  if (isOpen) await harness.vault.close()
  isOpen = false
}

/** Opens an address and returns it, as the person would paste it. */
async function open(): Promise<string> {
  const { copied, vault } = harness
  await vault.handlers.openRelay(id, null)
  await vault.handlers.copyRelay(id, 'address')
  return copied.at(-1) ?? ''
}

/** What a browser gets that has learned the address, which sends its Origin; null: nobody is there. */
async function statusFor(url: string): Promise<number | null> {
  return await fetch(url, { headers: { origin: 'https://evil.example' } }).then(
    ({ status }) => status,
    () => null
  )
}

/** Resolves with the next event of that name. */
async function next(name: keyof VaultEvents): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = harness.vault.on(name, () => {
      stop()
      resolve()
    })
  })
}

it('the address of the window asks no question, takes no page, and is written down as the window’s', async () => {
  const { handlers, use } = harness.vault
  const url = await open()
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/)
  expect(await use.handlers.listQuestions()).toEqual([])
  expect(await statusFor(url)).toBe(404)
  const told = [
    await handlers.getRelay(id),
    await handlers.listRelays(),
    await handlers.listAudit(everything)
  ]
  expect(JSON.stringify(told)).not.toContain(new URL(url).pathname.slice(1))
  await handlers.closeRelay(id)
  expect(await statusFor(url)).toBeNull()
  const rows = await handlers.listAudit(everything)
  expect(rows.map(({ action, clientName, host, kind }) => [kind, action, clientName, host])).toEqual([
    ['outcome', 'relay', 'window', 'api.stripe.com:443'],
    ['intent', 'relay', 'window', 'api.stripe.com:443']
  ])
})

it('the address of the window ends when the vault locks, and can be opened again', async () => {
  const { handlers, use } = harness.vault
  const url = await open()
  const ended = next('relaysChanged')
  use.lock()
  await ended
  expect(await statusFor(url)).toBeNull()
  expect((await handlers.getRelay(id)).open).toBeNull()
  expect(new URL(await open()).pathname).not.toBe(new URL(url).pathname)
})

it('the address of the window ends with its credential', async () => {
  const { handlers } = harness.vault
  const url = await open()
  const ended = next('relaysChanged')
  await handlers.remove(id)
  await ended
  expect(await statusFor(url)).toBeNull()
  expect(await handlers.listRelays()).toEqual([])
})

it('the address of the window ends with the vault', async () => {
  const url = await open()
  await close()
  expect(await statusFor(url)).toBeNull()
})

const everything = { limit: 1000, credential: null, client: null, kind: null }
