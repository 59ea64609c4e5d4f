import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication, Locator } from '@playwright/test'
import { expect, test } from './fixture.ts'
import type { VaultApp } from './support/vault-app.ts'

const KEY = 'sk-canary0123456789abcdefghijKLMNOP'
const OTHER = 'npm_canary9876543210abcdefghijKLMNOP'
const PASSPHRASE = 'correct horse battery staple'

/** Sets the choice in the system's dialogs, because no person is there to answer them. */
async function chooses(app: ElectronApplication, path: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] })
    dialog.showSaveDialog = async () => ({ canceled: false, filePath })
  }, path)
}

async function read(vault: VaultApp, path: string): Promise<Locator> {
  await chooses(vault.app, path)
  const dialog = await vault.openAdd('Import')
  await dialog.getByRole('button', { name: 'Choose a file…' }).click()
  return dialog
}

test('a .env file goes into the keychain, and is removed after everything was read back', async ({
  home,
  vault
}) => {
  const file = join(home, 'keys.env')
  await writeFile(file, `OPENAI_API_KEY=${KEY}\nNPM_TOKEN=${OTHER}\n`, { mode: 0o600 })
  const dialog = await read(vault, file)
  await expect(dialog.getByRole('heading', { name: '2 new.' })).toBeVisible()
  expect(await vault.page.content()).not.toContain('canary')
  expect(existsSync(file)).toBe(true)
  await dialog.getByRole('checkbox', { name: 'Remove the file afterwards' }).click()
  await dialog.getByRole('button', { name: 'Import 2' }).click()
  await expect(dialog.getByRole('heading', { name: '2 imported.' })).toBeVisible()
  await expect(dialog.getByText('was removed.')).toBeVisible()
  expect(existsSync(file)).toBe(false)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(vault.row('OpenAI')).toBeVisible()
  await expect(vault.row('npm')).toBeVisible()
  await vault.page.getByRole('button', { name: 'Doctor' }).click()
  await vault.page.getByRole('button', { name: 'Open every entry' }).click()
  await expect(vault.page.getByText('2 of 2')).toBeVisible()
})

test('an export is a sealed file, and brings back what was removed', async ({ home, vault }) => {
  const { app, page } = vault
  const file = join(home, 'all.latchkey')
  await vault.addApiKey('ghp_0123456789abcdefghijABCDEFGHIJ012345', 'ana')
  await chooses(app, file)
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Export…' }).click()
  const exporting = page.getByRole('dialog', { name: 'Export everything' })
  await exporting.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await exporting.getByLabel('Passphrase again', { exact: true }).fill(PASSPHRASE)
  await exporting.getByRole('button', { name: 'Choose where…' }).click()
  await expect(exporting.locator('strong').getByText('1 credential exported')).toBeVisible()
  await exporting.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('dialog', { name: 'Settings' }).getByRole('button', { name: 'Close' }).click()
  expect(await readFile(file, 'latin1')).not.toContain('ghp_')

  const ids = (await vault.credentials()).map(({ id }) => id)
  expect(ids).toHaveLength(1)
  await page.evaluate(async ([id = '']) => await window.vault.remove(id), ids)
  await expect(page.getByRole('button', { name: 'import from a file' })).toBeVisible()

  const dialog = await read(vault, file)
  const secret = dialog.getByLabel('Passphrase or recovery key', { exact: true })
  await secret.fill('not the passphrase')
  await dialog.getByRole('button', { name: 'Open' }).click()
  await expect(dialog.getByRole('alert')).toBeVisible()
  await expect(secret).toHaveValue('')
  await secret.fill(PASSPHRASE)
  await dialog.getByRole('button', { name: 'Open' }).click()
  await dialog.getByRole('button', { name: 'Import 1' }).click()
  await expect(dialog.getByRole('heading', { name: '1 imported.' })).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(vault.row('ana')).toBeVisible()
  expect(existsSync(file)).toBe(true)
})
