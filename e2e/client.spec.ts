import { expect, test } from './fixture.ts'
import { typeInto } from './support/move-stores.ts'
import { allowAt, spy } from './support/vault-app.ts'

const name = 'Example ID'
const scopes = ['openid', 'offline_access', 'email']

test('a client that the provider refuses is corrected in the window, and the sign-in goes on', async ({
  provider,
  vault
}) => {
  const { confidential, issuer } = provider
  await vault.fillCustomProvider({ issuer, clientId: confidential.clientId }, name, scopes)
  const add = vault.page.getByRole('dialog', { name: 'Add a credential' })
  await typeInto(vault, add.getByLabel(/^Client secret/), confidential.clientSecret)
  const opened = vault.providerPage(issuer)
  await add.getByRole('button', { name: 'Continue' }).click()
  await allowAt(await opened, 'ana')
  await expect(vault.row(name)).toContainText('Valid')
  await vault.select(name)

  const dialog = vault.page.getByRole('dialog', { name: `Change the client of ${name}` })
  await vault.detail.getByRole('button', { name: 'Change client…' }).press('Enter')
  await expect(dialog.getByLabel(/^Client secret/)).toHaveAttribute('placeholder', 'unchanged')
  await dialog.getByRole('button', { name: 'Copy redirect URI' }).click()
  await expect.poll(() => spy.copied(vault.app)).toContain('http://127.0.0.1/callback')
  await dialog.getByRole('checkbox', { name: 'Remove the secret' }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  // The provider refuses the client without its secret.
  await vault.row(name).getByRole('button', { name: 'Refresh' }).click()
  await expect(vault.row(name)).toContainText('Client changed')

  await vault.page
    .getByRole('region', { name: 'Client changed' })
    .getByRole('button', { name: 'Change client…' })
    .press('Enter')
  await typeInto(vault, dialog.getByLabel(/^Client secret/), confidential.clientSecret)
  await dialog.getByRole('button', { name: 'Save' }).press('Enter')
  await expect(vault.row(name)).toContainText('Valid')
  // The vault forgets the refusal at once, and a single retry follows.
  const refreshes = () =>
    provider.events.filter(({ kind, detail }) => kind === 'grant.success' && detail === 'refresh_token')
      .length
  await expect.poll(refreshes).toBe(1)
})
