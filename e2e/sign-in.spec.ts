import { browse, browseToRedirect } from '../test/support/openid-browser.ts'
import { expect, test } from './fixture.ts'
import { allowAt, spy } from './support/vault-app.ts'

const scopes = ['openid', 'offline_access', 'email', 'registry:read']

test.describe('signing in through the sign-in window', () => {
  test('brings a credential that the list shows', async ({ provider, vault }) => {
    const page = await vault.signInByIssuer(provider, 'Example ID', scopes)
    const strip = await vault.strip()
    await expect(strip.getByText('127.0.0.1')).toBeVisible()
    await allowAt(page, 'ana')
    const row = vault.row('Example ID')
    await expect(row).toContainText('ana@example.test')
    await expect(row).toContainText('Valid')
    await vault.select('Example ID')
    await expect(vault.detail).toContainText('registry:read')
    await expect.poll(() => vault.app.windows().length).toBe(1)
  })

  test('shows the provider’s page without any bridge of ours, and forgets its cookies', async ({
    provider,
    vault
  }) => {
    const page = await vault.signInByIssuer(provider, 'Example ID', scopes)
    const seen = await page.evaluate(() =>
      ['vault', 'signIn', 'require', 'process'].filter((name) => name in window)
    )
    expect(seen).toEqual([])
    await allowAt(page, 'ana')
    await expect(vault.row('Example ID')).toBeVisible()
    const again = await vault.signInByIssuer(provider, 'Example ID', scopes)
    await expect(again.getByLabel('Password')).toBeVisible() // a stored cookie would have skipped it
    await (await vault.strip()).getByRole('button', { name: 'Cancel' }).click()
  })

  test('is tried again from the sheet that says why it failed, with nothing typed again', async ({
    provider,
    vault
  }) => {
    await vault.fillCustomProvider(
      { issuer: provider.issuer, clientId: provider.confidential.clientId },
      'Example ID',
      scopes
    )
    const form = vault.page.getByRole('dialog', { name: 'Add a credential' })
    await form.getByLabel('Client secret').fill(provider.confidential.clientSecret)
    const opened = vault.providerPage(provider.issuer)
    await form.getByRole('button', { name: 'Continue' }).click()
    const page = await opened
    await page.getByLabel('Login').fill('ana')
    await page.getByLabel('Password').fill('correct horse')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('button', { name: 'Allow' })).toBeVisible()
    await page.getByRole('button', { name: 'Cancel' }).click()
    const sheet = vault.page.getByRole('dialog', { name: 'Sign-in to Example ID failed' })
    await expect(sheet).toContainText('SIGN_IN_DENIED')
    await expect.poll(() => vault.app.windows().length).toBe(1)
    await vault.page.reload() // like a window that opens later
    await expect(sheet.getByRole('button', { name: 'Try again' })).toBeFocused()
    const second = vault.providerPage(provider.issuer)
    await vault.page.keyboard.press('Enter')
    await allowAt(await second, 'ana')
    await expect(vault.row('Example ID')).toContainText('ana@example.test')
    await expect(vault.row('Example ID')).toContainText('Valid')
    await expect(sheet).toHaveCount(0)
    await expect.poll(() => vault.signIns()).toEqual([])
  })

  test('ends when it is cancelled, wherever that is; its port is free, and nothing is remembered', async ({
    provider,
    vault
  }) => {
    const places: Record<string, () => Promise<void>> = {
      'the sign-in window': async () => (await vault.strip()).getByRole('button', { name: 'Cancel' }).click(),
      'the main window': () => vault.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click(),
      'the window’s own close button': () =>
        vault.app.evaluate(({ BaseWindow }) =>
          BaseWindow.getAllWindows()
            .find((window) => window.getTitle().startsWith('Sign in'))!
            .close()
        )
    }
    for (const [where, cancel] of Object.entries(places)) {
      await test.step(where, async () => {
        const page = await vault.signInByIssuer(provider, 'Example ID', scopes)
        const redirect = await vault.redirectUri(page)
        await expect.poll(() => answers(redirect)).toBe(true)
        await cancel()
        await expect.poll(() => vault.app.windows().length).toBe(1)
        await expect.poll(() => answers(redirect)).toBe(false)
        await expect.poll(() => vault.signIns()).toEqual([])
      })
    }
    await vault.page.getByRole('button', { name: 'Settings' }).click()
    const settings = vault.page.getByRole('dialog', { name: 'Settings' })
    await expect(settings.getByText('Signing in', { exact: true })).toBeVisible()
    await expect(settings.getByText('Browser instead of the sign-in window')).toHaveCount(0)
  })
})

test.describe('signing in with the person’s own browser', () => {
  test('works by the global switch', async ({ provider, vault }) => {
    await vault.alwaysUseBrowser()
    await vault.fillCustomProvider(provider, 'Example ID', scopes)
    await vault.page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click()
    await expect.poll(() => spy.opened(vault.app)).toHaveLength(1)
    const strip = await vault.strip()
    await expect(strip.getByText('Waiting for Example ID')).toBeVisible()
    await browse((await spy.opened(vault.app))[0]!, { login: 'ana' })
    await expect(vault.row('Example ID')).toContainText('ana@example.test')
    await expect.poll(() => vault.app.windows().length).toBe(1)
  })

  test('can take over from the sign-in window', async ({ provider, vault }) => {
    await vault.signInByIssuer(provider, 'Example ID', scopes)
    await (await vault.strip()).getByRole('button', { name: 'Open in my browser' }).click()
    await expect.poll(() => spy.opened(vault.app)).toHaveLength(1)
    await browse((await spy.opened(vault.app))[0]!, { login: 'ana' })
    await expect(vault.row('Example ID')).toContainText('ana@example.test')
  })

  test('can be finished by pasting the address when the browser could not come back', async ({
    provider,
    vault
  }) => {
    await vault.alwaysUseBrowser()
    await vault.fillCustomProvider(provider, 'Example ID', scopes)
    await vault.page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click()
    await expect.poll(() => spy.opened(vault.app)).toHaveLength(1)
    const address = await browseToRedirect((await spy.opened(vault.app))[0]!, { login: 'ana' })
    const sheet = vault.page.getByRole('dialog', { name: 'Signing in to Example ID' })
    await sheet.getByText('Browser didn’t return?').click()
    const field = sheet.getByRole('textbox', { name: 'Last address in the browser' })
    await field.fill('http://127.0.0.1:1/callback?code=x&state=y')
    await sheet.getByRole('button', { name: 'Use this address' }).click()
    await expect(sheet).toContainText('INVALID_REQUEST')
    await field.fill(address)
    await sheet.getByRole('button', { name: 'Use this address' }).click()
    await expect(vault.row('Example ID')).toContainText('ana@example.test')
  })
})

async function answers(redirectUri: string): Promise<boolean> {
  return await fetch(redirectUri).then(
    () => true,
    () => false
  )
}
