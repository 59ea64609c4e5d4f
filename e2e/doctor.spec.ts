import { chmod, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './fixture.ts'

const check = (page: Page, name: string): Locator =>
  page.getByRole('list', { name: 'Checks' }).getByRole('listitem').filter({ hasText: name })

async function openDoctor(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Doctor' }).click()
  await expect(page.getByRole('button', { name: 'Check again' })).toBeVisible()
}

test('the doctor makes a real round trip through the keychain and says how long it took', async ({
  vault
}) => {
  const { page } = vault
  await openDoctor(page)
  await expect(page.getByRole('heading', { level: 1, name: 'Doctor' })).toBeVisible()
  await expect(check(page, 'Keychain round trip')).toContainText(/write, read, delete in \d+ ms/)
  await expect(check(page, 'Loopback port')).toContainText('127.0.0.1')
  await expect(page.getByText('The report never contains a secret.')).toBeVisible()
  await expect(page.getByRole('main').locator('output')).toContainText('passed')

  await vault.page.getByRole('button', { name: 'All', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Doctor' })).toHaveCount(0)
})

test('a file that the group may read is told, and closed by Fix', async ({ home, vault: { page } }) => {
  const catalog = join(home, 'catalog.db')
  await chmod(catalog, 0o640)
  await openDoctor(page)
  const row = check(page, 'File permissions')
  await expect(row).toContainText('open to others: catalog.db')
  await expect(row).toContainText('Warning:')
  expect((await stat(catalog)).mode & 0o777).toBe(0o640)
  await row.getByRole('button', { name: 'Fix: File permissions' }).click()
  await expect(row).toContainText('folders 0700, files 0600')
  await expect(page.getByText('Made 1 file or folder private.')).toBeVisible()
  expect((await stat(catalog)).mode & 0o777).toBe(0o600)
  await expect(page.getByRole('button', { name: 'Check again' })).toBeFocused()
})

test('the report can be copied as the text that the page shows, and holds no secret', async ({ vault }) => {
  const key = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'
  await vault.addApiKey(key, 'ana')
  await openDoctor(vault.page)
  await vault.page.getByRole('button', { name: 'Copy report' }).click()
  await expect(vault.page.getByText('Report copied')).toBeVisible()
  const text = await vault.app.evaluate(({ clipboard }) => clipboard.readText())
  expect(text).toMatch(/✓ Keychain round trip +write, read, delete in \d+ ms/)
  expect(text).toMatch(/\d+ passed, \d+ warnings, \d+ failed, \d+ skipped/)
  expect(text).not.toContain(key.slice(0, 8))
})
