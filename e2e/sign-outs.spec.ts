import { expect, test } from './fixture.ts'
import { runCli } from '../test/support/run-cli.ts'
import { launchVault } from './support/launch.ts'
import { allowAt, VaultApp } from './support/vault-app.ts'

const name = 'Example ID'
const line = 'A provider didn’t confirm a sign-out'

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
  const list = page.getByRole('list', { name: 'Unconfirmed sign-outs' })
  await expect(list.getByRole('listitem')).toContainText(`${name}, ana@example.test`)
  await expect(list).toContainText(new URL(provider.issuer).host)
  await list.getByRole('button', { name: /^Done/ }).click()
  await expect(list).toBeHidden()
  await second.app.close()
})

test('a sign-out at a terminal is shown by the window at once, and so is what the terminal takes off the list', async ({
  provider,
  home
}) => {
  const { app, page } = await launchVault({ home })
  const vault = new VaultApp(app, page)
  await allowAt(await vault.signInByIssuer(provider, name, ['openid', 'email']), 'ana')
  await expect(vault.row(name)).toBeVisible()
  const [{ service, account } = { service: '', account: '' }] = await vault.credentials()
  const latchkey = (...args: string[]) => runCli(args, { LATCHKEY_HOME: home })
  provider.disturb(({ path }) => (path.includes('revocation') ? { kind: 'drop-before' } : null))
  const ended = await latchkey('sign-out', '--json', 'all', service, account)
  expect(ended).toMatchObject({ code: 1, errors: '' })
  expect(JSON.parse(ended.out)).toEqual({ removed: true, revoked: 'no', isNoted: true })
  await expect(vault.row(name)).toHaveCount(0)
  await expect(page.getByText(line)).toBeVisible()
  const [{ id = '' } = {}] = JSON.parse((await latchkey('sign-outs', '--json', 'all')).out) as {
    id?: string
  }[]
  expect(await latchkey('sign-outs', '--done', id)).toMatchObject({ code: 0, errors: '' })
  await expect(page.getByText(line)).toBeHidden()
  await app.close()
})
