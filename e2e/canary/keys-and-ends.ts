import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { expect, type Locator } from '@playwright/test'
import { spy, type VaultApp } from '../support/vault-app.ts'
import type { Evidence } from './evidence.ts'
import { chosen, type Life } from './whole-life.ts'

const require = createRequire(import.meta.url)

/** Fills the form of a key as a person does: the key is pasted from the clipboard. */
async function enterKey(vault: VaultApp, key: string): Promise<Locator> {
  const dialog = await vault.openAdd('API key')
  await dialog.getByLabel('Key', { exact: true }).focus()
  await vault.page.keyboard.insertText(key)
  await dialog.getByRole('textbox', { name: 'Service name' }).fill('Key service')
  await dialog.getByRole('textbox', { name: 'Account' }).fill('ana')
  return dialog
}

/** A key that is refused, cancelled, added, shown for a moment and replaced. */
export async function addAndReplaceKey(life: Life): Promise<void> {
  const { vault } = life
  const { page } = vault
  const save = { name: 'Save key' }
  const refused = await enterKey(vault, `${chosen(life, 'api-key')}é`)
  await refused.getByRole('button', save).click()
  await expect(refused).toContainText('INVALID_REQUEST')
  await refused.getByRole('button', { name: 'Cancel' }).click()
  await refused.waitFor({ state: 'hidden' })
  const abandoned = await enterKey(vault, chosen(life, 'api-key'))
  await abandoned.getByRole('button', { name: 'Show' }).click()
  await abandoned.getByRole('button', { name: 'Cancel' }).click()
  await abandoned.waitFor({ state: 'hidden' })
  await life.look()
  await addKey(life)
  const second = await enterKey(vault, chosen(life, 'api-key'))
  await second.getByRole('button', save).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Replace' }).click()
  await second.waitFor({ state: 'hidden' })
  await vault.select('Key service')
  await expect(vault.detail).toContainText(/cn•+/)
}

/**
 * A key rotation that is cancelled, refused, stored beside, tested, switched and undone, then repeated until
 * the old key is forgotten.
 */
export async function rotateKey(life: Life): Promise<void> {
  const { vault } = life
  const abandoned = await enterNewKey(vault, chosen(life, 'api-key'))
  await abandoned.getByRole('button', { name: 'Cancel' }).click()
  await abandoned.waitFor({ state: 'hidden' })
  const refused = await enterNewKey(vault, `${chosen(life, 'api-key')}é`)
  await refused.getByRole('button', { name: 'Store new key' }).click()
  await expect(refused).toContainText('INVALID_REQUEST')
  await refused.getByRole('button', { name: 'Cancel' }).click()
  await refused.waitFor({ state: 'hidden' })
  for (const [end, answer] of [
    ['Undo…', 'Go back'],
    ['Forget the old key now…', 'Forget']
  ] as const) {
    const dialog = await enterNewKey(vault, chosen(life, 'api-key'))
    await dialog.getByRole('button', { name: 'Store new key' }).click()
    await dialog.getByRole('button', { name: 'Test new key' }).click()
    await expect(dialog).toContainText('Nothing was sent')
    await life.look()
    await dialog.getByRole('button', { name: 'Switch to new key' }).click()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await life.look()
    await vault.detail.getByRole('button', { name: end }).click()
    await vault.page.getByRole('alertdialog').getByRole('button', { name: answer }).click()
    await expect(vault.detail.getByRole('region', { name: 'New key in use' })).toHaveCount(0)
  }
}

async function enterNewKey(vault: VaultApp, key: string): Promise<Locator> {
  await vault.select('Key service')
  await vault.detail.getByRole('button', { name: 'Rotate key…' }).click()
  const dialog = vault.page.getByRole('dialog', { name: 'Rotate the key of Key service, ana' })
  await dialog.getByLabel('New key', { exact: true }).focus()
  await vault.page.keyboard.insertText(key)
  return dialog
}

/** Adds a key with the blanks that come with it from the clipboard. */
export async function addKey(life: Life): Promise<void> {
  const dialog = await enterKey(life.vault, ` ${chosen(life, 'api-key')} `)
  await dialog.getByRole('button', { name: 'Save key' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await expect(life.vault.row('Key service')).toContainText('Valid')
}

/** Sends a key that no field could hold directly over the bridge. */
export async function sendBrokenKey(life: Life): Promise<void> {
  const key = `${chosen(life, 'api-key')}\n${chosen(life, 'api-key')}`
  const result = await life.vault.page.evaluate((text) => {
    const request = { service: 'broken', name: 'Broken', account: 'ana', key: text, allowedHosts: [] }
    return window.vault.addApiKey({ ...request, expiresAt: null, replace: false })
  }, key)
  expect(result).toMatchObject({ ok: false, problem: { code: 'INVALID_REQUEST' } })
}

/** Uses the stored credentials: a check, a copied account, the tray, and an entry opened from there. */
export async function useEverything({ vault }: Life): Promise<void> {
  for (const name of ['ana@example.test', 'Key service']) {
    const row = vault.row(name)
    await row.getByText(name, { exact: true }).click()
    await vault.detail.getByRole('button', { name: 'Test now' }).click()
    await expect(vault.detail).toContainText('Works')
    await row.press('Control+b')
  }
  await expect.poll(() => spy.copied(vault.app)).toEqual(['ana@example.test', 'ana'])
  expect(await spy.toolTip(vault.app)).toBe('Latchkey: all 7 credentials work')
  await spy.click(vault.app, 'Open Latchkey')
}

/** Ends two credentials: one with revocation at the provider, one only here. */
export async function signOutAndRemove({ vault, provider }: Life): Promise<void> {
  await vault.row('bob@example.test').getByText('bob@example.test', { exact: true }).click()
  await vault.detail.getByRole('button', { name: 'Sign out…' }).click()
  await vault.page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
  await expect(vault.page.getByText('The provider revoked the token.').first()).toBeVisible()
  expect(provider.events.some(({ kind }) => kind === 'grant.revoked')).toBe(true)
  await vault.select('Key service')
  await vault.detail.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(vault.row('Key service')).toHaveCount(0)
}

/** Starts the app a second time on the same data; the second start ends at once. */
export async function startTwice(env: Record<string, string>, evidence: Evidence): Promise<void> {
  const electron: unknown = require('electron') // outside Electron this is the path of the executable
  const child = spawn(String(electron), ['--no-sandbox', '.'], { env })
  const note = (data: Buffer): void => evidence.add('output', 'second start', data)
  child.stdout.on('data', note)
  child.stderr.on('data', note)
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0)
}

/** Quits with the tray, as a person does. */
export async function quit({ vault }: Life): Promise<void> {
  const closed = vault.app.waitForEvent('close')
  await spy.click(vault.app, 'Quit')
  await closed
}
