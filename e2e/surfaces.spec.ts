import { expect, test } from './fixture.ts'
import { spy, type VaultApp } from './support/vault-app.ts'

const scopes = ['openid', 'email']
const name = 'Example ID'

async function settingsOf(vault: VaultApp) {
  await vault.page.getByRole('button', { name: 'Settings' }).click()
  return vault.page.getByRole('dialog', { name: 'Settings' })
}

async function cancel(vault: VaultApp): Promise<void> {
  await (await vault.strip()).getByRole('button', { name: 'Cancel' }).click()
  await expect.poll(() => vault.app.windows().length).toBe(1)
}

test.describe('a provider that did not work in the sign-in window', () => {
  test('opens in the browser next time, until that is forgotten in the settings', async ({
    provider,
    vault
  }) => {
    await vault.signInByIssuer(provider, name, scopes)
    await (await vault.strip()).getByRole('button', { name: 'Open in my browser' }).click()
    await expect.poll(() => spy.opened(vault.app)).toHaveLength(1)
    await cancel(vault)

    await vault.fillCustomProvider(provider, name, scopes)
    await vault.page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click()
    await expect.poll(() => spy.opened(vault.app)).toHaveLength(2)
    await cancel(vault)

    const settings = await settingsOf(vault)
    await settings.getByRole('button', { name: /^Use the window again for/ }).press('Enter')
    await expect(settings.getByText('Browser instead of the sign-in window')).toHaveCount(0)
    await settings.getByRole('button', { name: 'Close' }).click()
    const page = await vault.signInByIssuer(provider, name, scopes)
    await expect(page.getByLabel('Login')).toBeVisible()
    await cancel(vault)
  })

  test('is remembered when it answers the window with 403; the strip says what to do', async ({
    provider,
    vault
  }) => {
    provider.disturb(({ path }) =>
      path === '/auth'
        ? {
            kind: 'answer',
            status: 403,
            body: '<h1>No windows here</h1>',
            headers: { 'content-type': 'text/html' }
          }
        : null
    )
    await vault.signInByIssuer(provider, name, scopes)
    const strip = await vault.strip()
    await expect(strip.getByText('Works in your browser only')).toBeVisible()
    await cancel(vault)
    const settings = await settingsOf(vault)
    await expect(settings.getByText('Browser instead of the sign-in window')).toBeVisible()
  })

  test('is not remembered when it was unreachable: the browser is offered and the window is tried again', async ({
    provider,
    vault
  }) => {
    provider.disturb(({ path }) => (path === '/auth' ? { kind: 'drop-before' } : null))
    await vault.fillCustomProvider(provider, name, scopes)
    await vault.page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click()
    const strip = await vault.strip()
    await expect(strip.getByText('The page could not be loaded')).toBeVisible()
    await strip.getByRole('button', { name: 'Open in my browser' }).click()
    await expect.poll(() => spy.opened(vault.app)).toHaveLength(1)
    await cancel(vault)
    const settings = await settingsOf(vault)
    await expect(settings.getByText('Signing in', { exact: true })).toBeVisible()
    await expect(settings.getByText('Browser instead of the sign-in window')).toHaveCount(0)
  })

  test('is remembered when its page crashes there', async ({ provider, vault }) => {
    const page = await vault.signInByIssuer(provider, name, scopes)
    const inspector = await page.context().newCDPSession(page)
    // A page that has crashed never answers.
    void inspector.send('Page.crash').catch(() => undefined)
    await expect((await vault.strip()).getByText('Works in your browser only')).toBeVisible()
    await cancel(vault)
    const settings = await settingsOf(vault)
    await expect(settings.getByText('Browser instead of the sign-in window')).toBeVisible()
  })
})
