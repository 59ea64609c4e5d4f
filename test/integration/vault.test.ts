import { unpack } from '#shared/packed-list.ts'
import { execFile } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { credentialKey, type CredentialRef, refFromKey } from '#shared/credential.ts'
import type { VaultEvents } from '#shared/ipc.ts'
import { signInRequest } from '../support/oauth-world.ts'
import { browse } from '../support/openid-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts'
import {
  type Harness,
  type HarnessOptions,
  newVaultHome,
  openTestVault,
  removeVaultHome
} from '../support/vault-harness.ts'
import { shownCredentials } from '../support/shown-credentials.ts'

const run = promisify(execFile)
const apiKey = {
  service: 'stripe',
  name: 'Stripe',
  account: 'acme',
  key: 'sk_test_0123456789abcdefghij',
  allowedHosts: ['api.stripe.com'],
  expiresAt: null,
  replace: false
}

let op: OpenIdProvider
let home = ''
let open: Harness[] = []

beforeEach(async () => {
  op = await startOpenIdProvider()
  home = await newVaultHome()
})
afterEach(async () => {
  for (const { vault } of open) await vault.close()
  open = []
  await op.close()
  await removeVaultHome(home)
})

async function openVault(options: HarnessOptions = {}): Promise<Harness> {
  const harness = await openTestVault({ home, ...options })
  open.push(harness)
  return harness
}

async function closeVault(harness: Harness): Promise<void> {
  open = open.filter((other) => other !== harness)
  await harness.vault.close()
}

/** Signs in as a person would, with the browser's part done by fetch. */
async function signIn({ vault, surface }: Harness, login = 'ana'): Promise<CredentialRef> {
  const ended = new Promise<VaultEvents['signInChanged']>((resolve) => {
    const stop = vault.on('signInChanged', (progress) => {
      if (progress.state.kind !== 'done' && progress.state.kind !== 'failed') return
      stop()
      resolve(progress)
    })
  })
  await vault.handlers.startSignIn(signInRequest(op))
  await browse(surface.last.view.url, { login })
  const { state } = await ended
  const ref = state.kind === 'done' ? refFromKey(state.credential) : null
  if (ref === null) throw new Error(`The sign-in ended as ${state.kind}.`)
  return ref
}

async function keychainItem(ref: CredentialRef): Promise<string | null> {
  return await run('secret-tool', ['lookup', 'service', 'latchkey', 'username', credentialKey(ref)]).then(
    ({ stdout }) => stdout,
    () => null
  )
}

describe('the whole vault on a real keychain', () => {
  it('signs in, stores in the keychain, lists without it, and is the same after a restart', async () => {
    const first = await openVault()
    const changes: VaultEvents['changed'][] = []
    first.vault.on('changed', (change) => changes.push(change))
    const ref = await signIn(first)
    const token = await first.vault.tokens.getToken(ref)
    const item = await keychainItem(ref)
    token.expose((text) => expect(item).toContain(text))
    expect(changes.flatMap(({ upserted }) => unpack(upserted).map(({ id }) => id))).toContain(
      credentialKey(ref)
    )
    expect(changes.map(({ revision }) => revision)).toEqual(changes.map((_, index) => index + 1))
    const before = await shownCredentials(first.vault)
    await closeVault(first)

    const second = await openVault()
    expect(await shownCredentials(second.vault)).toEqual(before)
    expect((await second.vault.tokens.getToken(ref)).equals(token)).toBe(true)
  })

  it('removes from the keychain and from the list, and revokes at the provider on sign-out', async () => {
    const { vault, ...harness } = await openVault()
    const ref = await signIn({ vault, ...harness })
    const tokens = op.issued().filter(({ kind }) => kind === 'refresh-token')
    expect(await vault.handlers.signOut(credentialKey(ref))).toEqual({
      removed: true,
      revoked: 'yes',
      isNoted: false
    })
    expect(tokens).toHaveLength(1)
    expect(await keychainItem(ref)).toBeNull()
    expect(await shownCredentials(vault)).toEqual([])
    await expect(vault.tokens.getToken(ref)).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' })
  })

  it('keeps an API key next to it, refuses to write over it unasked, and replaces it whole', async () => {
    const { vault } = await openVault()
    await vault.handlers.addApiKey(apiKey)
    const other = { ...apiKey, key: 'sk_test_another_key_of_the_same_account' }
    await expect(vault.handlers.addApiKey(other)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    await vault.handlers.addApiKey({ ...other, replace: true })
    const token = await vault.tokens.getToken({ service: 'stripe', account: 'acme' })
    token.expose((text) => expect(text).toBe(other.key))
  })

  it('never writes a key over a sign-in of the same service and account, whatever it is told', async () => {
    const harness = await openVault()
    const ref = await signIn(harness)
    const item = await keychainItem(ref)
    const key = { ...apiKey, ...ref, replace: true }
    await expect(harness.vault.handlers.addApiKey(key)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(await keychainItem(ref)).toBe(item)
  })

  it.each([
    ['nothing but spaces', { key: '  \n ' }, 'The key is empty'],
    ['a line break inside', { key: 'sk_test_1\nsk_test_2' }, 'line break'],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00.000Z' }, 'is in the past']
  ])('refuses a key with %s and stores nothing', async (_what, wrong, message) => {
    const { vault } = await openVault()
    await expect(vault.handlers.addApiKey({ ...apiKey, ...wrong })).rejects.toThrow(message)
    expect(await shownCredentials(vault)).toEqual([])
  })

  it('remembers preferences, and falls back choice by choice', async () => {
    const first = await openVault()
    const { preferences } = await first.vault.handlers.getSnapshot()
    await first.vault.handlers.setPreferences({ ...preferences, theme: 'dark', alwaysUseBrowser: true })
    await closeVault(first)
    const second = await openVault()
    expect(second.vault.preferences.get()).toMatchObject({ theme: 'dark', alwaysUseBrowser: true })
  })

  it('copies the account and nothing else, and opens help pages from its own table alone', async () => {
    const { vault, copied, opened } = await openVault()
    const { id } = await vault.handlers.addApiKey(apiKey)
    await vault.handlers.copyAccount(id)
    expect(copied).toEqual(['acme'])
    await vault.handlers.openHelp('github')
    expect(opened[0]).toMatch(/^https:\/\/github\.com\//)
    await expect(vault.handlers.openHelp('nobody')).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
  })

  it('copies the redirect URI that is registered at a provider, and none where there is nothing to register', async () => {
    const { vault, copied } = await openVault()
    await vault.handlers.copyRedirectUri('slack-oauth')
    expect(copied).toEqual(['http://localhost:28417/callback'])
    for (const service of ['openai', 'nobody', 'constructor']) {
      await expect(vault.handlers.copyRedirectUri(service)).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
    }
    expect(copied).toHaveLength(1)
  })
})

describe('the vault on a computer without a keychain', () => {
  it('stores nothing without consent, says why, and stores sealed files with it', async () => {
    const { vault } = await openVault({ hasKeychain: false })
    const health = await vault.handlers.checkStorage()
    expect(health).toMatchObject({ state: 'unavailable', problem: { code: 'KEYCHAIN_UNAVAILABLE' } })
    await expect(vault.handlers.addApiKey(apiKey)).rejects.toMatchObject({ code: 'KEYCHAIN_UNAVAILABLE' })

    const told = new Promise<VaultEvents['storageChanged']>((resolve) => vault.on('storageChanged', resolve))
    await vault.handlers.setPreferences({ ...vault.preferences.get(), allowEncryptedFiles: true })
    expect(await told).toMatchObject({ backend: 'encrypted-file', state: 'degraded' })
    const summary = await vault.handlers.addApiKey(apiKey)
    expect(summary.backend).toBe('encrypted-file')
    expect(vault.trayModel().icon).toBe('attention')
  })

  it('writes no secret in the clear and no file that others may read', async () => {
    const harness = await openVault({ store: 'file' })
    await signIn(harness)
    await harness.vault.handlers.addApiKey(apiKey)
    await closeVault(harness)
    const secrets = [apiKey.key, ...op.issued().map(({ value }) => value)]
    const files = await readdir(home, { recursive: true, withFileTypes: true })
    expect(files.filter((file) => file.name.endsWith('.enc'))).toHaveLength(2)
    for (const file of files) {
      const path = join(file.parentPath, file.name)
      expect((await stat(path)).mode & 0o077, path).toBe(0)
      if (!file.isFile()) continue
      const text = await readFile(path, 'latin1')
      for (const secret of secrets) expect(text.includes(secret), path).toBe(false)
    }
  })

  it('reads them again after a restart', async () => {
    const first = await openVault({ store: 'file' })
    const ref = await signIn(first)
    const token = await first.vault.tokens.getToken(ref)
    await closeVault(first)
    const second = await openVault({ store: 'file' })
    expect((await second.vault.tokens.getToken(ref)).equals(token)).toBe(true)
  })
})

describe('closing the vault', () => {
  it('finishes a removal that could still be undone', async () => {
    const harness = await openVault()
    await harness.vault.handlers.addApiKey(apiKey)
    const ref = { service: apiKey.service, account: apiKey.account }
    const removed = harness.vault.handlers.removeWithUndo([credentialKey(ref)])
    await expect.poll(() => shownCredentials(harness.vault)).toEqual([])
    expect(await keychainItem(ref)).toContain(apiKey.key)
    await closeVault(harness)
    expect(await removed).toEqual({ removed: 1 })
    expect(await keychainItem(ref)).toBeNull()
  })

  it('at once, while the store is still being asked, ends quietly', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    for (let round = 0; round < 5; round += 1) await closeVault(await openVault())
    await new Promise((resolve) => setTimeout(resolve, 200))
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })

  it('waits for no sign-in, which may take minutes, and frees its port', async () => {
    const harness = await openVault()
    await harness.vault.handlers.startSignIn(signInRequest(op))
    const redirect = new URL(harness.surface.last.view.url).searchParams.get('redirect_uri')!
    const started = performance.now()
    await closeVault(harness)
    expect(performance.now() - started).toBeLessThan(20_000)
    await expect(fetch(redirect)).rejects.toThrow('fetch failed')
  })
})
