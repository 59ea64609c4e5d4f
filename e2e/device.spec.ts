import { allowDevice } from '../test/support/openid-device-browser.ts'
import { expect, test } from './fixture.ts'
import { spy, type VaultApp } from './support/vault-app.ts'

const scopes = ['openid', 'offline_access', 'email', 'registry:read']
const name = 'Example ID'

const sheetOf = (vault: VaultApp) => vault.page.getByRole('dialog', { name: `Signing in to ${name}` })

test.describe('signing in by a code on another device', () => {
  test('is offered in the strip, and brings a credential without this computer’s browser', async ({
    provider,
    vault
  }) => {
    await vault.signInByIssuer(provider, name, scopes)
    const strip = await vault.strip()
    await strip.getByRole('button', { name: 'Use a code on another device' }).press('Enter')
    const code = strip.getByRole('status', { name: 'Code' })
    await expect(code).toHaveText(/^[A-Z]{4}-[A-Z]{4}$/)
    const userCode = (await code.textContent()) ?? ''
    await expect(strip.getByText(`${provider.issuer}/device`, { exact: true })).toBeVisible()
    await expect(strip.getByRole('timer')).toContainText('9:')
    await strip.getByRole('button', { name: 'Copy code' }).press('Enter')
    await expect.poll(() => spy.copied(vault.app)).toEqual([userCode])
    await expect(sheetOf(vault).getByRole('status', { name: 'Code' })).toHaveText(userCode)
    expect(await allowDevice(`${provider.issuer}/device`, userCode, { login: 'ana' })).toBe('Connected')
    await expect(vault.row(name)).toContainText('ana@example.test', { timeout: 15_000 })
    await expect.poll(() => vault.app.windows().length).toBe(1)
    expect(await spy.opened(vault.app)).toEqual([])
  })

  test('opens the page with the code in it when asked, and can be cancelled', async ({ provider, vault }) => {
    await vault.signInByIssuer(provider, name, scopes)
    const sheet = sheetOf(vault)
    await sheet.getByRole('button', { name: 'Use a code' }).click()
    const code = (await sheet.getByRole('status', { name: 'Code' }).textContent()) ?? ''
    await sheet.getByRole('button', { name: 'Open the page here' }).click()
    await expect
      .poll(() => spy.opened(vault.app))
      .toEqual([`${provider.issuer}/device?user_code=${encodeURIComponent(code)}`])
    await expect(sheet.getByRole('status', { name: 'Code' })).toHaveText(code)
    const state = await (await vault.strip()).evaluate(() => window.signIn.getState())
    expect(JSON.stringify(state)).toContain(code)
    expect(JSON.stringify(state)).not.toMatch(/device_?code"/i)
    await sheet.getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => vault.app.windows().length).toBe(1)
    await expect.poll(() => vault.signIns()).toEqual([])
  })
})
