import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Locator } from '@playwright/test'
import { expect, test } from './fixture.ts'
import type { VaultApp } from './support/vault-app.ts'

const run = promisify(execFile)
const OLD = 'old-key-of-the-service-0123456789'
const NEW = 'new-key-of-the-service-9876543210'

/** Reads the keychain's own item with the tool of the desktop. */
async function keychainItem(key: string): Promise<string> {
  const { stdout } = await run('secret-tool', ['lookup', 'service', 'latchkey', 'username', key])
  return stdout
}

async function held(key: string): Promise<[boolean, boolean]> {
  const item = await keychainItem(key)
  return [item.includes(OLD), item.includes(NEW)]
}

/** Adds a key of a service that Latchkey does not know, so that nothing is sent. */
async function addKey(vault: VaultApp): Promise<string> {
  const dialog = await vault.openAdd('API key')
  await dialog.getByLabel('Key', { exact: true }).fill(OLD)
  await dialog.getByRole('textbox', { name: 'Service name' }).fill('Key service')
  await dialog.getByRole('textbox', { name: 'Account' }).fill('ana')
  await dialog.getByRole('button', { name: 'Save key' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await vault.select('Key service')
  return await vault.storageKey('Key service')
}

const dialogOf = ({ page }: VaultApp): Locator =>
  page.getByRole('dialog', { name: 'Rotate the key of Key service, ana' })

test('a key is rotated in the app: stored beside, tested, switched, and gone back from', async ({
  vault
}) => {
  const key = await addKey(vault)
  await vault.detail.getByRole('button', { name: 'Rotate key…' }).click()
  const dialog = dialogOf(vault)
  await dialog.getByLabel('New key', { exact: true }).fill(OLD)
  await dialog.getByRole('button', { name: 'Store new key' }).click()
  await expect(dialog.getByRole('alert')).toContainText('This is the key in use.')
  await dialog.getByLabel('New key', { exact: true }).fill(NEW)
  await dialog.getByRole('button', { name: 'Store new key' }).click()
  await dialog.getByRole('button', { name: 'Test new key' }).click()
  await expect(dialog).toContainText('Nothing was sent')
  expect(await held(key)).toEqual([true, true])
  await expect(vault.detail).toContainText('ol••••••••89')
  await dialog.getByRole('button', { name: 'Switch to new key' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(vault.detail).toContainText('ne••••••••10')
  expect(await held(key)).toEqual([true, true])
  await vault.detail.getByRole('button', { name: 'Undo…' }).click()
  await vault.page.getByRole('alertdialog').getByRole('button', { name: 'Go back' }).click()
  await expect(vault.detail).toContainText('ol••••••••89')
  expect(await held(key)).toEqual([true, false])
})
