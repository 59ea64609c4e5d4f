import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from './fixture.ts'
import { launchVault } from './support/launch.ts'
import { allowAt, spy, VaultApp } from './support/vault-app.ts'

const run = promisify(execFile)
const scopes = ['openid', 'offline_access', 'email', 'registry:read']

/** Reads the keychain's own item with the tool of the desktop. */
async function keychainItem(key: string): Promise<string> {
  const { stdout } = await run('secret-tool', ['lookup', 'service', 'latchkey', 'username', key])
  return stdout
}

test.describe('a short-lived token', () => {
  test.use({ accessTtl: 3 })

  test('is refreshed on its own, and the keychain holds the rotated refresh token', async ({
    provider,
    vault
  }) => {
    const page = await vault.signInByIssuer(provider, 'Example ID', scopes)
    await allowAt(page, 'ana')
    await expect(vault.row('Example ID')).toContainText('Valid')
    const key = await vault.storageKey('Example ID')
    const refreshTokens = (): string[] =>
      provider.issued().flatMap(({ kind, value }) => (kind === 'refresh-token' ? [value] : []))
    await expect.poll(() => refreshTokens().length).toBeGreaterThan(1) // without any press
    await expect(vault.row('Example ID')).toContainText('Valid')
    await expect.poll(async () => (await keychainItem(key)).includes(refreshTokens().at(-1)!)).toBe(true)
    expect(new Set(refreshTokens()).size).toBe(refreshTokens().length)
    expect(provider.events.filter(({ kind }) => kind === 'grant.revoked')).toEqual([])
  })
})

test('a revoked grant needs a sign-in, and one click repairs it in place', async ({ provider, vault }) => {
  const page = await vault.signInByIssuer(provider, 'Example ID', scopes)
  await allowAt(page, 'ana')
  const row = vault.row('Example ID')
  await expect(row).toContainText('Valid')
  expect(provider.revokeGrants('ana')).toBe(1)
  await row.getByRole('button', { name: 'Refresh' }).click()
  await expect(row).toContainText('Needs sign-in')
  await expect.poll(() => spy.toolTip(vault.app)).toBe('Latchkey: 1 needs attention')
  expect(await spy.menu(vault.app)).toContain('Example ID (ana@example.test) — Needs sign-in')
  await vault.select('Example ID')
  const opened = vault.providerPage(provider.issuer)
  await vault.detail.getByRole('button', { name: 'Sign in again' }).click()
  await allowAt(await opened, 'ana')
  await expect(row).toContainText('Valid')
  await expect(vault.page.getByRole('grid').getByRole('row')).toHaveCount(1)
})

test('what was stored is there after a restart', async ({ home, provider }) => {
  const first = await launchVault({ home })
  const vault = new VaultApp(first.app, first.page)
  await allowAt(await vault.signInByIssuer(provider, 'Example ID', scopes), 'ana')
  await expect(vault.row('Example ID')).toContainText('Valid')
  await vault.addApiKey('ghp_0123456789abcdefghijABCDEFGHIJ012345', 'ana')
  await first.app.close()
  const second = await launchVault({ home })
  const again = new VaultApp(second.app, second.page)
  await expect(again.row('Example ID')).toContainText('Valid')
  await expect(again.row('GitHub')).toContainText('no expiry')
  await again.select('Example ID')
  await again.detail.getByRole('button', { name: 'Test now' }).click()
  await expect(again.detail).toContainText('Works')
  await second.app.close()
})

test('the order, the grouping, the view and the window are as the person left them', async ({ home }) => {
  const first = await launchVault({ home })
  const vault = new VaultApp(first.app, first.page)
  await vault.addApiKey('ghp_0123456789abcdefghijABCDEFGHIJ012345', 'ana')
  await first.page.getByRole('button', { name: 'Sort by: Attention' }).click()
  await first.page.getByRole('menuitemradio', { name: 'Name' }).click()
  await first.page.getByRole('button', { name: 'Sort by: Name' }).click()
  await first.page.getByRole('menuitemradio', { name: 'Type' }).click()
  await first.page.getByRole('button', { name: /^API keys/ }).click()
  await expect(first.page.getByRole('grid')).toContainText('API keys')
  await first.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 240, y: 120, width: 900, height: 640 })
  })
  await first.app.close()

  const second = await launchVault({ home })
  await expect(second.page.getByRole('button', { name: 'Sort by: Name' })).toBeVisible()
  await expect(second.page.getByRole('heading', { level: 1, name: 'Credentials: API keys' })).toBeAttached()
  await expect(second.page.getByRole('grid')).toContainText('API keys')
  const bounds = await second.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.getBounds()
  )
  expect(bounds).toEqual({ x: 240, y: 120, width: 900, height: 640 })
  await second.app.close()
})

test('the name, star, tags and note of an entry outlive a refresh and a restart', async ({
  home,
  provider
}) => {
  const first = await launchVault({ home })
  const vault = new VaultApp(first.app, first.page)
  await allowAt(await vault.signInByIssuer(provider, 'Example ID', scopes), 'ana')
  await vault.select('Example ID')
  await first.page.keyboard.press('F2')
  await first.page.keyboard.type('Work login')
  await first.page.keyboard.press('Enter')
  await expect(vault.row('Work login')).toBeFocused()
  await first.page.keyboard.press('s')
  await expect(vault.row('Work login').getByLabel('Favourite')).toBeVisible()
  await vault.detail.getByLabel('Tags').fill('work')
  await first.page.keyboard.press('Enter')
  await vault.detail.getByLabel('Note').fill('Ask Ana first.')
  await first.page.keyboard.press('Escape')
  await first.page.keyboard.press('r')
  await expect(first.page.getByText('Work login refreshed')).toBeVisible()
  await expect(vault.detail.getByLabel('Note')).toHaveValue('Ask Ana first.')
  await first.app.close()
  const second = await launchVault({ home })
  const again = new VaultApp(second.app, second.page)
  await expect(again.row('Work login').getByLabel('Favourite')).toBeVisible()
  await again.select('Work login')
  await expect(again.detail.getByLabel('Note')).toHaveValue('Ask Ana first.')
  await expect(again.detail.getByRole('button', { name: 'Remove tag work' })).toBeVisible()
  await second.app.close()
})

test('a list that can’t be read goes back to its backup, with the secrets as they were', async ({ home }) => {
  const first = await launchVault({ home })
  await new VaultApp(first.app, first.page).addApiKey('ghp_0123456789abcdefghijABCDEFGHIJ012345', 'ana')
  await first.app.close()
  await writeFile(join(home, 'catalog.db'), 'not a catalog any more')
  const second = await launchVault({ home, env: { LATCHKEY_E2E_DIALOG: '1' } })
  const vault = new VaultApp(second.app, second.page)
  expect(await spy.asked(second.app)).toEqual(['The list of your credentials can’t be read.'])
  await expect(vault.row('GitHub token')).toContainText('Valid')
  await vault.page.getByRole('button', { name: 'Doctor' }).click()
  await vault.page.getByRole('button', { name: 'Open every entry' }).click()
  const entries = vault.page.getByRole('listitem').filter({ hasText: 'Every entry readable' })
  await expect(entries).toContainText('1 of 1')
  await second.app.close()
})

test('a list that was emptied comes back from its backup', async ({ home }) => {
  const first = await launchVault({ home })
  await new VaultApp(first.app, first.page).addApiKey('ghp_0123456789abcdefghijABCDEFGHIJ012345', 'ana')
  await first.app.close()
  await writeFile(join(home, 'catalog.db'), '')
  const second = await launchVault({ home, env: { LATCHKEY_E2E_DIALOG: '1' } })
  expect(await spy.asked(second.app)).toEqual([
    'The list of your credentials is empty, and Latchkey did not empty it.'
  ])
  await expect(new VaultApp(second.app, second.page).row('GitHub token')).toContainText('Valid')
  await second.app.close()
})

test('signing out revokes at the provider and removes it from the keychain', async ({ provider, vault }) => {
  await allowAt(await vault.signInByIssuer(provider, 'Example ID', scopes), 'ana')
  await vault.select('Example ID')
  const key = await vault.storageKey('Example ID')
  expect(await keychainItem(key)).not.toBe('')
  await vault.detail.getByRole('button', { name: 'Sign out…' }).click()
  const question = vault.page.getByRole('alertdialog')
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await question.getByRole('button', { name: 'Sign out' }).click()
  await expect(vault.page.getByText('The provider revoked the token.').first()).toBeVisible()
  expect(provider.requests().filter((request) => request.includes('revocation')).length).toBeGreaterThan(0)
  await expect(keychainItem(key)).rejects.toThrow('Command failed')
})

test('a provider that is away costs nothing: the sign-in stays and is tried again', async ({
  provider,
  vault
}) => {
  await allowAt(await vault.signInByIssuer(provider, 'Example ID', scopes), 'ana')
  const row = vault.row('Example ID')
  provider.disturb(({ path }) => (path === '/token' ? { kind: 'answer', status: 503 } : null))
  await row.getByRole('button', { name: 'Refresh' }).click()
  await expect(row).toContainText('Refresh failing')
  provider.disturb(null)
  await vault.select('Example ID')
  await vault.detail.getByRole('button', { name: 'Retry now' }).click()
  await expect(row).toContainText('Valid')
})

test('an API key is added, found, masked, copied and removed without a mouse', async ({ vault }) => {
  const { page } = vault
  const { keyboard } = page
  const key = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'
  await keyboard.press('Control+n')
  const dialog = page.getByRole('dialog', { name: 'Add a credential' })
  await dialog.waitFor()
  await dialog.getByRole('tab', { name: 'Provider' }).focus()
  await keyboard.press('ArrowRight')
  await keyboard.press('Enter')
  await expect(dialog.getByRole('tab', { name: 'API key' })).toHaveAttribute('aria-selected', 'true')
  await dialog.getByLabel('Key', { exact: true }).focus()
  await keyboard.type(key)
  await dialog.getByRole('textbox', { name: 'Account' }).focus()
  await keyboard.type('ana')
  await keyboard.press('Enter')
  await dialog.waitFor({ state: 'hidden' })
  const row = vault.row('GitHub token')
  await expect(row).toContainText('Valid')

  await keyboard.press('/')
  await expect(page.getByRole('searchbox', { name: 'Search' })).toBeFocused()
  await keyboard.type('nothing like it')
  await expect(page.getByText('Nothing matches')).toBeVisible()
  await keyboard.press('Escape')
  await expect(row).toBeVisible()

  await vault.select('GitHub token')
  await expect(vault.detail).toContainText('gh••••••••45')
  expect(await page.content()).not.toContain('0123456789abcdef')
  await row.press('Control+b')
  await expect.poll(() => spy.copied(vault.app)).toEqual(['ana'])
  await row.getByRole('button', { name: 'Copy key' }).press('Enter')
  await expect.poll(() => spy.copied(vault.app)).toEqual(['ana', key])
  const id = await vault.storageKey('GitHub token')
  expect(await keychainItem(id)).toContain(key)

  await row.focus()
  await keyboard.press('Delete')
  await expect(row).toHaveCount(0)
  await keyboard.press('Control+z')
  await expect(row).toBeFocused()
  expect(await keychainItem(id)).toContain(key)
  await keyboard.press('Delete')
  await expect(row).toHaveCount(0)
  expect(await keychainItem(id)).toContain(key)
  await expect(page.getByRole('button', { name: /^Undo/ })).toHaveCount(0, { timeout: 20_000 })
  await expect(keychainItem(id)).rejects.toThrow('Command failed')
})
