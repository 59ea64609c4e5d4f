import { expect, type Locator } from '@playwright/test'
import type { VaultApp } from '../support/vault-app.ts'
import { chosen, type Life } from './whole-life.ts'

const ACCOUNT = 'bob@example.test'

/** Changes a client's secret in its dialog: cancelled, a wrong one that is refused, then the right one. */
export async function changeClientSecret(life: Life): Promise<void> {
  const { vault, provider } = life
  const row = vault.row(ACCOUNT)
  await row.getByText(ACCOUNT, { exact: true }).click()
  const abandoned = await enterSecret(vault, chosen(life, 'client-secret'))
  await abandoned.getByRole('button', { name: 'Cancel' }).click()
  await abandoned.waitFor({ state: 'hidden' })
  await life.look()
  const wrong = await enterSecret(vault, chosen(life, 'client-secret'))
  await wrong.getByRole('button', { name: 'Save' }).click()
  await wrong.waitFor({ state: 'hidden' })
  await row.getByRole('button', { name: 'Refresh' }).click()
  await expect(row).toContainText(/Client (refused|changed)/)
  await life.look()
  const right = await enterSecret(vault, provider.confidential.clientSecret)
  await right.getByRole('button', { name: 'Save' }).click()
  await right.waitFor({ state: 'hidden' })
  // The refused request is retried at once.
  await expect(row).toContainText('Valid')
}

async function enterSecret(vault: VaultApp, secret: string): Promise<Locator> {
  await vault.detail.getByRole('button', { name: 'Change client…' }).first().click()
  const dialog = vault.page.getByRole('dialog', { name: 'Change the client of Example ID' })
  await dialog.getByLabel(/^Client secret/).focus()
  await vault.page.keyboard.insertText(secret)
  return dialog
}
