import type { Page } from '@playwright/test'
import { row } from './list-row.ts'
import { expect, settled, test } from './ui-fixture.ts'

const lines = (page: Page) => page.getByRole('table').getByRole('row')
const who = (page: Page) => page.locator('[data-row-button]')

async function open(page: Page): Promise<void> {
  await settled(page)
  await page.getByRole('button', { name: 'Timeline' }).click()
  await expect(page.getByRole('heading', { name: 'Timeline' })).toBeVisible()
}

test('the timeline names what comes, what needs the person first', async ({ ui }) => {
  const page = await ui.open()
  await open(page)
  await expect(lines(page).nth(1)).toContainText('npm')
  await expect(lines(page).nth(1)).toContainText('expires 24 Nov 2026')
  const all = await lines(page).count()
  await page.getByRole('checkbox', { name: 'Refreshes' }).click()
  expect(await lines(page).count()).toBeLessThan(all)
  await expect(page.getByRole('table')).not.toContainText('renews')
})

test('it is zoomed by keys, walked by arrows, and leads to an entry', async ({ ui }) => {
  const page = await ui.open()
  await open(page)
  await expect(page.getByRole('radio', { name: '30 days' })).toBeChecked()
  const month = await lines(page).count()
  await page.keyboard.press('-')
  await expect(page.getByRole('radio', { name: '90 days' })).toBeChecked()
  expect(await lines(page).count()).toBeGreaterThanOrEqual(month)
  await page.keyboard.press('+')
  await page.keyboard.press('+')
  await expect(page.getByRole('radio', { name: '7 days' })).toBeChecked()
  await page.keyboard.press('+')
  await expect(page.getByRole('radio', { name: '7 days' })).toBeChecked()

  await who(page).first().focus()
  await page.keyboard.press('ArrowDown')
  await expect(who(page).nth(1)).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(who(page).first()).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(row(page, /^npm/)).toBeFocused()
})

test('ten thousand are shown in parts, and nothing to come is said in words', async ({ ui }) => {
  const page = await ui.open({ seed: 'ten-thousand' })
  await open(page)
  await expect(who(page)).toHaveCount(200)
  await page.getByRole('button', { name: 'Show 200 more' }).click()
  await expect(who(page)).toHaveCount(400)
  await page.evaluate(() => {
    const { vault } = globalThis.fakes
    vault.remove(
      vault
        .credentials()
        .slice(1)
        .map(({ id }) => id)
    )
  })
  await expect(page.getByText('Nothing ends or renews in the next 30 days.')).toBeVisible()
})
