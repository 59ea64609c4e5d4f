import type { Page } from '@playwright/test'
import { row } from './list-row.ts'
import { expect, settled, test } from './ui-fixture.ts'

const card = (page: Page, name: RegExp | string) => page.getByRole('dialog', { name })
const strip = (page: Page) => page.getByRole('region', { name: 'Next 7 days' })

test('the run goes through what needs the person, and what works is left behind', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await strip(page).getByRole('button', { name: 'Fix 5' }).click()
  const first = card(page, 'Fix 1 of 5')
  await expect(first).toContainText('GitHub')
  await expect(first.getByRole('button', { name: 'Sign in again' })).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(card(page, 'Fix 2 of 5')).toContainText('Stripe')
  await page.keyboard.press('ArrowLeft')
  await expect(first).toContainText('GitHub')
  // GitHub works by another way meanwhile.
  await page.evaluate(() => {
    const { vault } = globalThis.fakes
    const github = vault.credentials().find(({ name }) => name === 'GitHub')
    if (github) vault.upsert([{ ...github, status: { kind: 'valid' } }])
  })
  await expect(card(page, 'Fix 2 of 5')).toContainText('Stripe')
})

test('a fix opens in the place of the card, which comes back when it closes', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await page.keyboard.press('Shift+F')
  await expect(card(page, 'Fix 1 of 5').locator('[data-first]')).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(card(page, 'Fix 2 of 5').getByRole('button', { name: 'Replace the key' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog').getByLabel('Key', { exact: true })).toBeFocused()
  await expect(card(page, /^Fix/)).toHaveCount(0)
  await page.keyboard.press('Escape')
  await expect(card(page, 'Fix 2 of 5')).toBeVisible()
})

test('the end says what is left and what comes next, and Esc leaves the run', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await page.keyboard.press('Shift+F')
  for (let at = 1; at <= 5; at += 1) {
    await expect(card(page, `Fix ${at} of 5`).locator('[data-first]')).toBeFocused()
    await page.keyboard.press('ArrowRight')
  }
  const end = card(page, 'Done')
  await expect(end).toContainText('5 still need you.')
  await expect(end).toContainText('Next: npm expires Tuesday.')
  await end.getByRole('button', { name: 'Fix 5' }).click()
  await expect(card(page, 'Fix 1 of 5')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.locator('[data-row]').first()).toBeFocused()

  await page.evaluate(() => {
    const { vault } = globalThis.fakes
    vault.upsert(vault.credentials().map((each) => ({ ...each, status: { kind: 'valid' } })))
  })
  await expect(strip(page).getByRole('button', { name: /^Fix/ })).toHaveCount(0)
})

test('the strip says what the next seven days bring, and a press shows it', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  const end = strip(page).getByRole('button', { name: 'npm expires Tuesday' })
  await end.click()
  await expect(page.locator('[data-row]')).toHaveCount(1)
  await expect(row(page, /^npm/)).toBeFocused()
  await expect(page.getByRole('button', { name: 'Remove filter due:2026-11-24' })).toBeVisible()
})
