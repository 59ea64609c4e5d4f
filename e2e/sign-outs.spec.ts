import { expect, test } from './fixture.ts'
import { launchVault } from './support/launch.ts'
import { allowAt, VaultApp } from './support/vault-app.ts'

const name = 'Example ID'
const line = 'A provider did not confirm that you are signed out'

test('a sign-out that the provider did not confirm is listed, also after a restart, until it is done', async ({
  provider,
  home
}) => {
  const first = await launchVault({ home })
  const vault = new VaultApp(first.app, first.page)
  await allowAt(await vault.signInByIssuer(provider, name, ['openid', 'email']), 'ana')
  await vault.select(name)
  provider.disturb(({ path }) => (path.includes('revocation') ? { kind: 'drop-before' } : null))
  await vault.detail.getByRole('button', { name: 'Sign out…' }).click()
  await vault.page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
  await expect(vault.page.getByText('Doctor lists it until you mark it as done.').first()).toBeVisible()
  await expect(vault.page.getByText(line)).toBeVisible()
  await first.app.close()

  const second = await launchVault({ home })
  const { page } = second
  await expect(page.getByText(line)).toBeVisible()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect(page.getByText(line)).toBeHidden()
  await page.getByRole('button', { name: 'Doctor' }).click()
  const list = page.getByRole('list', { name: 'Sign-outs that were not confirmed' })
  await expect(list.getByRole('listitem')).toContainText(`${name}, ana@example.test`)
  await expect(list).toContainText(new URL(provider.issuer).host)
  await list.getByRole('button', { name: /^Done/ }).click()
  await expect(list).toBeHidden()
  await second.app.close()
})
