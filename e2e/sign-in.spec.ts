import { expect, test } from './fixture.ts'
import { allowAt } from './support/vault-app.ts'

const scopes = ['openid', 'offline_access', 'email', 'registry:read']

test('a person signs in through the sign-in window and sees what it brought', async ({ provider, vault }) => {
  const page = await vault.signInByIssuer(provider, 'Example ID', scopes)
  const strip = await vault.strip()
  await expect(strip.getByText('127.0.0.1')).toBeVisible()
  await allowAt(page, 'ana')
  const row = vault.row('Example ID')
  await expect(row).toContainText('ana@example.test')
  await expect(row).toContainText('Valid')
  await row.click()
  await expect(vault.detail).toContainText('registry:read')
})
