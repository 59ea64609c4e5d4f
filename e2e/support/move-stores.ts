import { expect, type Locator } from '@playwright/test'
import type { VaultApp } from './vault-app.ts'

type Store = 'Keychain' | 'Encrypted files with a passphrase' | 'SOPS files'

/** Opens the wizard and chooses a store, as a person does. */
export async function chooseStore({ page }: VaultApp, store: Store): Promise<Locator> {
  await page.getByRole('button', { name: 'Settings' }).click()
  const settings = page.getByRole('dialog', { name: 'Settings' })
  await settings.getByRole('button', { name: 'Move to another store…' }).click()
  const wizard = page.getByRole('dialog', { name: 'Move to another store' })
  await wizard.getByRole('radio', { name: store, exact: true }).check()
  return wizard
}

/** Types into a field without recording the text in the test's own calls. */
export async function typeInto({ page }: VaultApp, field: Locator, text: string): Promise<void> {
  await field.focus()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.insertText(text)
}

export async function choosePassphrase(vault: VaultApp, passphrase: string): Promise<Locator> {
  const wizard = await chooseStore(vault, 'Encrypted files with a passphrase')
  for (const label of ['Passphrase', 'Passphrase again']) {
    await typeInto(vault, wizard.getByLabel(label, { exact: true }), passphrase)
  }
  return wizard
}

/** Presses the last button and waits until the move has ended. */
export async function moveEverything(wizard: Locator, words: string): Promise<void> {
  await wizard.getByRole('button', { name: 'Move everything' }).click()
  await expect(wizard).toContainText(words, { timeout: 30_000 })
  await wizard.getByRole('button', { name: 'Done' }).click()
  await wizard.waitFor({ state: 'hidden' })
}

export async function lockNow({ page }: VaultApp): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('dialog', { name: 'Settings' }).getByRole('button', { name: 'Lock now' }).click()
  await expect(page.getByRole('heading', { name: 'Latchkey is locked' })).toBeVisible()
}
