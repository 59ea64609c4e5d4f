import type { Page } from '@playwright/test'
import { expect, settled, test } from './ui-fixture.ts'

const field = (page: Page) => page.getByRole('searchbox', { name: 'Search' })
const offered = (page: Page) => page.getByRole('group', { name: 'Filters' })
const rows = (page: Page) => page.locator('[data-row]')

test('an empty search offers filters, by mouse and by keyboard, and goes on from them', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await page.keyboard.press('/')
  await expect(offered(page).getByRole('button')).toHaveText([
    'Expired',
    'Expires soon',
    'API keys',
    'Sign-ins',
    'Unused 90 days',
    'Tag…'
  ])
  await offered(page).getByRole('button', { name: 'API keys' }).click()
  await expect(rows(page)).toHaveCount(3)
  await expect(field(page)).toBeFocused()
  await expect(offered(page)).toHaveCount(0)
  await page.keyboard.press('Backspace')
  await expect(rows(page)).toHaveCount(12)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(rows(page)).toHaveCount(1)
  await expect(page.getByText('status:expired')).toBeVisible()
})

test('a filter that is being typed offers its values', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await page.keyboard.press('/')
  await page.keyboard.type('acme provider:st')
  await expect(offered(page).getByRole('button')).toHaveText(['provider:stripe'])
  await page.keyboard.press('Escape')
  await expect(offered(page)).toHaveCount(0)
  await page.keyboard.type('tag:')
  await expect(offered(page)).toHaveCount(0)
  await page.keyboard.press('Escape')
  await page.keyboard.type('scope:re')
  await offered(page).getByRole('button').first().click()
  await expect(page.getByRole('button', { name: /^Remove filter scope:/ })).toBeVisible()
})

test('the offer goes with the focus, and what matches is marked in its row', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await page.keyboard.press('/')
  await expect(offered(page)).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await expect(offered(page)).toHaveCount(0)
  await page.keyboard.press('/')
  await page.keyboard.type('git ana')
  await expect(rows(page).first().locator('mark')).toHaveText(['Git', 'ana'])
})
