import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication, Locator } from '@playwright/test'
import { expect, test as base } from './fixture.ts'
import { canBeLookedAt, type Desktop, startDesktop } from './support/desktop.ts'
import { launchVault } from './support/launch.ts'
import { VaultApp } from './support/vault-app.ts'

const KEY = 'sk-0123456789abcdefghijKLMNOPQRSTUV'
const PASSPHRASE = 'correct horse battery staple'

/** The hardened app on a desktop with a portal. */
const test = base.extend<{ desktop: Desktop; vault: VaultApp }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
  desktop: async ({}, use) => {
    const desktop = await startDesktop()
    await use(desktop)
    await desktop.close()
  },
  vault: async ({ home, desktop }, use) => {
    const { app, page } = await launchVault({
      home,
      executablePath: desktop.executablePath,
      env: { ...desktop.env, LATCHKEY_OPEN_TO_DEBUGGERS: '0' }
    })
    await use(new VaultApp(app, page))
    await app.close()
  }
})
test.skip(process.platform !== 'linux', 'the desktop portal is Linux alone')

const pidOf = (app: ElectronApplication): Promise<number> => app.evaluate(() => process.pid)

async function beginExport({ page }: VaultApp): Promise<Locator> {
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Export…' }).click()
  const exporting = page.getByRole('dialog', { name: 'Export everything' })
  await exporting.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await exporting.getByLabel('Passphrase again', { exact: true }).fill(PASSPHRASE)
  await exporting.getByRole('button', { name: 'Choose where…' }).click()
  return exporting
}

test('a hardened app exports and imports by the dialogs of the desktop, and is open only while one is up', async ({
  desktop,
  home,
  vault
}) => {
  const file = join(home, 'all.latchkey.age')
  await vault.addApiKey(KEY, 'ana')
  const pid = await pidOf(vault.app)
  expect(await canBeLookedAt(pid)).toBe(false)

  const exporting = await beginExport(vault)
  await desktop.focus('Export credentials')
  expect(await canBeLookedAt(pid)).toBe(true)
  await desktop.press('ctrl+a')
  await desktop.type(file)
  await desktop.press('Return')
  await expect(exporting.locator('strong').getByText('1 credential exported')).toBeVisible()
  expect(await canBeLookedAt(pid)).toBe(false)
  expect(await readFile(file, 'latin1')).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
  await exporting.getByRole('button', { name: 'Done' }).click()
  await vault.page.getByRole('dialog', { name: 'Settings' }).getByRole('button', { name: 'Close' }).click()

  const importing = await vault.openAdd('Import')
  await importing.getByRole('button', { name: 'Choose a file…' }).click()
  await desktop.focus('Import credentials')
  expect(await canBeLookedAt(pid)).toBe(true)
  await desktop.press('ctrl+l') // opens the field to type a path, instead of a search
  await desktop.type(file)
  await expect(async () => {
    await desktop.press('Return') // the first press may only close the list of completions
    await expect(importing.getByLabel('Passphrase or recovery key', { exact: true })).toBeVisible({
      timeout: 1000
    })
  }).toPass()
  expect(await canBeLookedAt(pid)).toBe(false)
})

test('a dialog that a person closes is no problem', async ({ desktop, vault }) => {
  await vault.addApiKey(KEY, 'ana')
  const exporting = await beginExport(vault)
  await desktop.focus('Export credentials')
  await desktop.see()
  await desktop.press('Escape')
  await expect(exporting.getByText('No file was written.')).toBeVisible()
  await expect(exporting.getByRole('alert')).toHaveCount(0)
})

test('where the desktop refuses its dialog the person is told, and nothing is written', async ({
  home,
  vault
}) => {
  await vault.addApiKey(KEY, 'ana')
  // Closes the process to the portal at the moment of its request, as before it was opened for a dialog.
  await vault.app.evaluate(({ dialog }) => {
    const { createRequire } = process.getBuiltinModule('module')
    const koffi = createRequire(`${process.cwd()}/package.json`)('koffi') as {
      load(name: string): { func(declaration: string): (option: number, value: number) => number }
    }
    const prctl = koffi.load('libc.so.6').func('int prctl(int, unsigned long)')
    const { showSaveDialog } = dialog
    dialog.showSaveDialog = async (options: object) => {
      prctl(4, 0)
      return await showSaveDialog(options as Electron.SaveDialogOptions)
    }
  })
  const exporting = await beginExport(vault)
  await expect(exporting.getByRole('alert')).toContainText(
    'The system closed its file dialog before it could be seen'
  )
  expect(existsSync(join(home, 'all.latchkey.age'))).toBe(false)
})
