import { join, resolve } from 'node:path'
import { type Page, expect } from '@playwright/test'
import { settled, test } from './ui-fixture.ts'

const PICTURES = resolve(import.meta.dirname, '../../test-results/ui')
const line = (page: Page) => page.getByRole('region', { name: 'Credentials that are not in the list' })

async function given(page: Page, count: number): Promise<void> {
  await page.evaluate((n) => globalThis.fakes.vault.setUnlisted(n), count)
  await settled(page)
}

const views = [
  [1040, 'light'],
  [320, 'dark']
] as const

test('credentials that the list has lost are offered, in every size and theme', async ({ ui }) => {
  test.slow() // axe looks at two of them
  const page = await ui.open()
  await given(page, 1200)
  await expect(line(page)).toContainText('1,200 Latchkey credentials that aren’t in this list.')
  for (const [width, colorScheme] of views) {
    await page.setViewportSize({ width, height: 720 })
    await page.emulateMedia({ colorScheme })
    await settled(page)
    await page.screenshot({ path: join(PICTURES, `unlisted-${String(width)}-${colorScheme}.png`) })
    await ui.audit(page)
  }
})

test('they are taken back by one key, and the focus goes on', async ({ ui }) => {
  const page = await ui.open()
  await given(page, 1)
  await line(page).getByRole('button', { name: 'Add it to the list' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByText('The credential is in the list again.').first()).toBeVisible()
  await expect(line(page)).toHaveCount(0)
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY')
})

test('a store that does not answer is told, and the offer stays', async ({ ui }) => {
  const page = await ui.open()
  await given(page, 2)
  await page.evaluate(() => globalThis.fakes.vault.failNext('takeBackUnlisted', 'KEYCHAIN_LOCKED'))
  await line(page).getByRole('button', { name: 'Add them to the list' }).click()
  await expect(
    page.getByText('KEYCHAIN_LOCKED').or(page.getByText('The keychain is locked')).first()
  ).toBeVisible()
  await expect(line(page).getByRole('button', { name: 'Add them to the list' })).toBeEnabled()
})
