import { expect, test } from './fixture.ts'
import { allowAt, type VaultApp } from './support/vault-app.ts'
import type { OpenIdProvider } from '../test/support/openid-provider.ts'

const scopes = ['openid', 'offline_access', 'email']
const name = 'Example ID'

/**
 * Signs in another person to an entry of ana's that needs a sign-in, and returns our side of the sign-in
 * window.
 */
async function signInAsBen(provider: OpenIdProvider, vault: VaultApp) {
  await allowAt(await vault.signInByIssuer(provider, name, scopes), 'ana')
  await expect(vault.row(name)).toContainText('ana@example.test')
  provider.revokeGrants('ana')
  await vault.row(name).getByRole('button', { name: 'Refresh' }).click()
  await expect(vault.row(name)).toContainText('Needs sign-in')
  await vault.select(name)
  const opened = vault.providerPage(provider.issuer)
  await vault.detail.getByRole('button', { name: 'Sign in again' }).click()
  await allowAt(await opened, 'ben')
  const strip = await vault.strip()
  await expect(strip.getByRole('heading', { name: `Another account at ${name}` })).toBeVisible()
  await expect(strip.getByRole('alert')).toContainText('“ben@example.test” was signed in')
  return strip
}

test.describe('signing in again as another person', () => {
  test('asks in the sign-in window, and adds an entry of its own', async ({ provider, vault }) => {
    const strip = await signInAsBen(provider, vault)
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

  test('stores nothing when it is cancelled', async ({ provider, vault }) => {
    const strip = await signInAsBen(provider, vault)
    await strip.getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => vault.app.windows().length).toBe(1)
    await expect(vault.row(name)).toHaveCount(1)
    await expect(vault.row('ana@example.test')).toContainText('Needs sign-in')
    await expect.poll(() => provider.events.filter(({ kind }) => kind === 'grant.revoked')).toHaveLength(1)
    expect(provider.revokeGrants('ben')).toBe(0)
  })
})
