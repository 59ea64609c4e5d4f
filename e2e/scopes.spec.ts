import { expect, test } from './fixture.ts'
import { allowAt } from './support/vault-app.ts'

const scopes = ['openid', 'offline_access', 'email', 'registry:read']
const name = 'Example ID'

test('other scopes are shown as a difference, then asked for by signing in again', async ({
  provider,
  vault
}) => {
  await allowAt(await vault.signInByIssuer(provider, name, scopes), 'ana')
  await expect(vault.row(name)).toContainText('Valid')
  await vault.select(name)
  await vault.detail.getByRole('button', { name: 'Change scopes…' }).press('Enter')
  const dialog = vault.page.getByRole('dialog', { name: `Change the scopes of ${name}` })
  const go = dialog.getByRole('button', { name: 'Sign in again' })
  await expect(dialog).toContainText('No changes yet.')
  await expect(go).toBeDisabled()
  await dialog.getByRole('textbox', { name: 'Scopes' }).fill('registry:write')
  await dialog.getByRole('textbox', { name: 'Scopes' }).press('Enter')
  await dialog.getByRole('button', { name: 'Remove registry:read' }).press('Enter')
  await expect(dialog.getByRole('list', { name: 'Added' })).toHaveText('registry:write')
  await expect(dialog.getByRole('list', { name: 'Removed' })).toHaveText('registry:read')
  const opened = vault.providerPage(provider.issuer)
  await go.press('Enter')
  const page = await opened
  await page.getByLabel('Login').fill('ana')
  await page.getByLabel('Password').fill('correct horse')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('list', { name: 'Scopes' })).toContainText('registry:write')
  await page.getByRole('button', { name: 'Allow' }).click()
  await expect(vault.detail).toContainText('registry:write')
  await expect(vault.detail).not.toContainText('registry:read')
  await expect(vault.page.getByRole('grid').getByRole('row')).toHaveCount(1)
})
