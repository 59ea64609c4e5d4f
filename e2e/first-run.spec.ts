import { expect, test } from './fixture.ts'
import { launchVault, removeHome } from './support/launch.ts'
import { VaultApp } from './support/vault-app.ts'

const PASSPHRASE = 'seven wet otters under glass'
/** A session without a message bus, and so without a keychain. */
const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }

test('without a keychain the first start sets a passphrase first, and the next start asks for it', async () => {
  const first = await launchVault({ env })
  const { home, page } = first
  try {
    await expect(page.getByText('No keychain found')).toBeVisible()
    await page.getByRole('button', { name: 'Set a passphrase' }).click()
    const dialog = page.getByRole('dialog', { name: 'Choose a store' })
    await expect(dialog.getByLabel('Passphrase', { exact: true })).toBeFocused()
    await page.keyboard.type(PASSPHRASE)
    await dialog.getByLabel('Passphrase again', { exact: true }).fill(PASSPHRASE)
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: 'Done' }).click()
    await expect(page.getByText(/^Your secrets will be kept in/)).toBeVisible()
    const added = await page.evaluate(() =>
      window.vault.addApiKey({
        service: 'stripe',
        name: 'Stripe',
        account: 'default',
        key: 'sk_test_0123456789abcdefghij',
        allowedHosts: [],
        expiresAt: null,
        replace: false
      })
    )
    expect(added).toMatchObject({ ok: true, value: { backend: 'encrypted-file' } })
    await first.app.close()

    const second = await launchVault({ home, env })
    const vault = new VaultApp(second.app, second.page)
    await expect(second.page.getByRole('heading', { name: 'Latchkey is locked' })).toBeVisible()
    await second.page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
    await second.page.keyboard.press('Enter')
    await expect(vault.row('Stripe')).toBeVisible()
    await second.app.close()
  } finally {
    await removeHome(home)
  }
})
