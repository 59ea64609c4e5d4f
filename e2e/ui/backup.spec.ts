import type { Page } from '@playwright/test'
import { nextFile } from './transfer-states.ts'
import { expect, test } from './ui-fixture.ts'

const settings = (page: Page) => page.getByRole('dialog', { name: 'Settings' })
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Export everything' })
const first = (page: Page) => dialog(page).getByLabel('Passphrase', { exact: true })
const again = (page: Page) => dialog(page).getByLabel('Passphrase again', { exact: true })
const choose = (page: Page) => dialog(page).getByRole('button', { name: 'Choose where…' })

async function exports(page: Page): Promise<readonly unknown[]> {
  return page.evaluate(() =>
    globalThis.fakes.vault.calls.filter(({ name }) => name === 'exportVault').map(({ args }) => args[0])
  )
}

async function openExport(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await settings(page).getByRole('button', { name: 'Export…' }).click()
  await expect(first(page)).toBeVisible()
}

test('an export asks for one passphrase twice, and says what is not in the file', async ({ ui }) => {
  const page = await ui.open()
  await openExport(page)
  await first(page).fill('too short')
  await choose(page).click()
  await expect(dialog(page).getByRole('alert')).toHaveText('Use at least 12 characters.')
  await expect(first(page)).toBeFocused()
  await first(page).fill('correct horse canary')
  await again(page).fill('correct horse Canary')
  await page.keyboard.press('Enter')
  await expect(dialog(page).getByRole('alert')).toHaveText('The passphrases don’t match.')
  await expect(again(page)).toBeFocused()
  expect(await exports(page)).toEqual([])
  await again(page).fill('correct horse canary')
  await page.keyboard.press('Enter')
  await expect(dialog(page).getByText('~/latchkey-2026-11-21.latchkey')).toBeVisible()
  await expect(dialog(page).getByText('Stripe · Acme test mode')).toBeVisible()
  await expect(dialog(page).getByRole('button', { name: 'Done' })).toBeFocused()
  expect(await page.content()).not.toContain('canary')
  expect(await exports(page)).toEqual([{ passphrase: 'correct horse canary' }])
  await page.keyboard.press('Enter')
  await expect(dialog(page)).toBeHidden()
  await expect(settings(page).getByRole('button', { name: 'Export…' })).toBeFocused()
})

test('an export whose place was not chosen can be tried again, and Escape leads back to the settings', async ({
  ui
}) => {
  const page = await ui.open()
  await openExport(page)
  await first(page).fill('correct horse canary')
  await again(page).fill('correct horse canary')
  await nextFile(page, null)
  await choose(page).click()
  await expect(dialog(page).getByText('No file was written.')).toBeVisible()
  await page.evaluate(() => globalThis.fakes.vault.failNext('exportVault', 'STORE_WRITE_FAILED'))
  await choose(page).click()
  await expect(dialog(page).getByText('STORE_WRITE_FAILED')).toBeVisible()
  await expect(dialog(page).getByText('No file was written.')).toHaveCount(0)
  await page.keyboard.press('Escape')
  await expect(dialog(page)).toBeHidden()
  await expect(settings(page)).toBeVisible()
  await settings(page).getByRole('button', { name: 'Export…' }).click()
  await expect(first(page)).toHaveValue('')
})

test('a recovery key is made, told of, and removed after a question', async ({ ui }) => {
  const page = await ui.open()
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await expect(settings(page).getByText('Off. If the keychain', { exact: false })).toBeVisible()
  const make = settings(page).getByRole('button', { name: 'Make a recovery key…' })
  await nextFile(page, null)
  await make.click()
  await expect(page.getByText('No recovery key was made.')).toBeVisible()
  await expect(make).toBeEnabled()
  await make.click()
  await expect(settings(page).getByText('On since today, 11:38.')).toBeVisible()
  await expect(settings(page).getByText('Last copy today, 11:38.')).toBeVisible()
  await expect(settings(page).getByText('~/latchkey-recovery')).toBeVisible()
  const remove = settings(page).getByRole('button', { name: 'Remove the recovery key…' })
  await expect(remove).toBeFocused()
  await page.keyboard.press('Enter')
  const question = page.getByRole('alertdialog', { name: 'Remove the recovery key?' })
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(question).toBeHidden()
  await expect(settings(page).getByText('On since today', { exact: false })).toBeVisible()
  await remove.click()
  await question.getByRole('button', { name: 'Remove' }).click()
  await expect(settings(page).getByText('Off. If the keychain', { exact: false })).toBeVisible()
  await expect(make).toBeFocused()
})

test('a recovery copy that could not be written says so, and a status that can’t be read is told', async ({
  ui
}) => {
  const page = await ui.open()
  await page.evaluate(() => {
    globalThis.fakes.vault.transfer.setRecovery({
      kind: 'on',
      createdAt: '2026-08-14T16:20:00Z',
      copiedAt: null,
      path: '~/recovery',
      problem: 'There is no space left on the disk.'
    })
  })
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await expect(settings(page).getByText('No copy could be saved yet.')).toBeVisible()
  await expect(settings(page).getByText('There is no space left on the disk.')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.evaluate(() => globalThis.fakes.vault.failNext('recoveryStatus', 'INTERNAL'))
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await expect(settings(page).getByText('INTERNAL')).toBeVisible()
  await expect(settings(page).getByRole('button', { name: 'Make a recovery key…' })).toBeDisabled()
})
