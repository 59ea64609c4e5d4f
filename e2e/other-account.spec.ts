import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from './fixture.ts'
import { allowAt, type VaultApp } from './support/vault-app.ts'
import type { OpenIdProvider } from '../test/support/openid-provider.ts'

const run = promisify(execFile)
const scopes = ['openid', 'offline_access', 'email']
const name = 'Example ID'

/** Reads the keychain's own item of the one entry. */
async function keychainItem(vault: VaultApp): Promise<string> {
  const key = await vault.storageKey(name)
  return (await run('secret-tool', ['lookup', 'service', 'latchkey', 'username', key])).stdout
}

/**
 * Signs in another person to an entry of ana's that needs a sign-in. Returns our side of the sign-in window,
 * and ana's item in the keychain.
 */
async function signInAsBen(provider: OpenIdProvider, vault: VaultApp) {
  await allowAt(await vault.signInByIssuer(provider, name, scopes), 'ana')
  await expect(vault.row(name)).toContainText('ana@example.test')
  provider.revokeGrants('ana')
  await vault.row(name).getByRole('button', { name: 'Refresh' }).click()
  await expect(vault.row(name)).toContainText('Needs sign-in')
  await vault.select(name)
  const before = await keychainItem(vault)
  const opened = vault.providerPage(provider.issuer)
  await vault.detail.getByRole('button', { name: 'Sign in again' }).click()
  await allowAt(await opened, 'ben')
  const strip = await vault.strip()
  await expect(strip.getByRole('heading', { name: `Another account at ${name}` })).toBeVisible()
  await expect(strip.getByRole('alert')).toContainText('You signed in as “ben@example.test”')
  return { strip, before }
}

test.describe('signing in again as another person', () => {
  test('asks in the sign-in window, and adds an entry of its own', async ({ provider, vault }) => {
    const { strip } = await signInAsBen(provider, vault)
    await strip.getByRole('button', { name: 'Add as another entry' }).press('Enter')
    await expect(vault.row('ben@example.test')).toContainText('Valid')
    await expect(vault.row('ana@example.test')).toContainText('Needs sign-in')
    await expect.poll(() => vault.app.windows().length).toBe(1)
  })

  test('replaces the account and keeps the entry’s name, asked in the main window', async ({
    provider,
    vault
  }) => {
    await signInAsBen(provider, vault)
    const sheet = vault.page.getByRole('dialog', { name: `Signing in to ${name}` })
    await sheet.getByRole('button', { name: 'Replace “ana@example.test”' }).click()
    await expect(vault.row('ana@example.test')).toContainText('Valid')
    await expect(vault.row(name)).toHaveCount(1)
  })

  test('replaces nothing before the answer, and stores nothing when it is cancelled', async ({
    provider,
    vault
  }) => {
    const { strip, before } = await signInAsBen(provider, vault)
    expect(await keychainItem(vault)).toBe(before)
    await strip.getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => vault.app.windows().length).toBe(1)
    await expect(vault.row(name)).toHaveCount(1)
    await expect(vault.row('ana@example.test')).toContainText('Needs sign-in')
    await expect.poll(() => provider.events.filter(({ kind }) => kind === 'grant.revoked')).toHaveLength(1)
    expect(provider.revokeGrants('ben')).toBe(0)
    expect(await keychainItem(vault)).toBe(before)
  })
})
