import type { Locator, Page } from '@playwright/test'
import { expect, settled, test } from './ui-fixture.ts'

const check = (page: Page, name: string): Locator =>
  page.getByRole('list', { name: 'Checks' }).getByRole('listitem').filter({ hasText: name })

test('the doctor is used without a mouse, and opens entries only when that is asked for', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  const { keyboard } = page
  await page.getByRole('button', { name: 'Doctor' }).focus()
  await keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Doctor' })).toHaveAttribute('aria-current', 'page')
  const fix = page.getByRole('button', { name: 'Fix: File permissions' })
  await expect(fix).toBeVisible()
  const again = page.getByRole('button', { name: 'Check again' })
  await keyboard.press('F6')
  await expect(again).toBeFocused()
  await keyboard.press('Tab')
  await expect(fix).toBeFocused()
  await keyboard.press('Enter')
  await expect(check(page, 'File permissions')).toContainText('folders 0700, files 0600')
  await expect(page.getByText('Made 1 file or folder private.')).toBeVisible()
  await expect(again).toBeFocused()
  await keyboard.press('Enter')
  await expect(check(page, 'File permissions')).toContainText('open to others')
  await page.getByRole('button', { name: 'Fix all' }).focus()
  await keyboard.press('Enter')
  await expect(check(page, 'File permissions')).toContainText('folders 0700, files 0600')

  const entries = check(page, 'Every entry readable')
  await expect(entries).toContainText('Not checked')
  await entries.getByRole('button', { name: 'Open every entry' }).press('Enter')
  await expect(entries).toContainText('12 of 12')
})

test('at 320 pixels the doctor is accessible and nothing is cut off, light and dark', async ({ ui }) => {
  const page = await ui.open({ size: { width: 320, height: 720 } })
  await page.getByRole('button', { name: 'Doctor' }).click()
  await expect(check(page, 'File permissions')).toContainText('open to others')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await settled(page)
    await ui.audit(page)
  }
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
})
