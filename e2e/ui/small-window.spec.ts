import type { Locator, Page } from '@playwright/test'
import { expect, settled, test } from './ui-fixture.ts'

/** The width of a window of 1280 pixels at four times the size. */
const size = { width: 320, height: 640 }
const dialog = (page: Page) => page.getByRole('dialog')

async function box(locator: Locator) {
  const found = await locator.boundingBox()
  if (found === null) throw new Error('It is not drawn.')
  return found
}

test('the search field stays one line when something is typed into it', async ({ ui }) => {
  const page = await ui.open({ size })
  const field = page.getByRole('search')
  const empty = await box(field)
  await page.getByRole('searchbox', { name: 'Search' }).fill('goo')
  await expect(page.getByRole('button', { name: 'Clear search' })).toBeVisible()
  expect((await box(field)).height).toBe(empty.height)
})

test('the themes stand in one line', async ({ ui }) => {
  const page = await ui.open({ size })
  await page.getByRole('button', { name: 'Settings' }).click()
  const tops = await dialog(page)
    .getByRole('group', { name: 'Theme' })
    .locator('label')
    .evaluateAll((labels) => labels.map((label) => label.getBoundingClientRect().top))
  expect(tops).toHaveLength(3)
  expect(new Set(tops).size).toBe(1)
})

test('an e-mail address of common length is not broken in the head of the detail', async ({ ui }) => {
  const page = await ui.open({ size })
  await page.getByRole('row', { name: /^GitHub/ }).press('Enter')
  await settled(page)
  const account = page.getByRole('region', { name: /^GitHub/ }).getByTitle('ana@example.com', { exact: true })
  const line = await account.evaluate((element) => Number.parseFloat(getComputedStyle(element).lineHeight))
  expect((await box(account)).height).toBe(line)
})

for (const [tab, label, button] of [
  ['Custom OpenID / OAuth', 'Issuer URL', 'Check server'],
  ['MCP server', 'Server address', 'Check server']
] as const) {
  test(`the address has the whole line, ${tab}`, async ({ ui }) => {
    const page = await ui.open({ size })
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await dialog(page).getByRole('tab', { name: tab }).click()
    await settled(page)
    const input = await box(dialog(page).getByLabel(label))
    const ask = await box(dialog(page).getByRole('button', { name: button }))
    expect(input.width).toBeGreaterThan(200)
    expect(ask.y).toBeGreaterThan(input.y + input.height)
    await ui.audit(page)
  })
}

test('icons are twice as large with text of twice the size', async ({ ui }) => {
  const page = await ui.open()
  const icons = page.locator('svg.lucide')
  const sizes = async () =>
    icons.evaluateAll((all) => all.map((icon) => icon.getBoundingClientRect().width).filter((w) => w > 0))
  await settled(page)
  const before = await sizes()
  expect(before.length).toBeGreaterThan(20)
  expect([...new Set(before)].toSorted((a, b) => a - b)).toEqual([14, 16])
  const chrome = await page.context().newCDPSession(page)
  await chrome.send('Page.setFontSizes', { fontSizes: { standard: 32 } })
  await settled(page)
  expect([...new Set(await sizes())].toSorted((a, b) => a - b)).toEqual([28, 32])
})

test('counts are written as the language writes numbers', async ({ ui }) => {
  const page = await ui.open({ seed: 'thousand' })
  await expect(page.getByRole('button', { name: 'All 1,000' })).toBeVisible()
})

test('a dialog of mere text that is higher than the window is scrolled by keys', async ({ ui }) => {
  const page = await ui.open({ size: { width: 320, height: 256 } })
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click()
  await settled(page)
  const end = dialog(page).getByText('Type to search')
  await expect(end).not.toBeInViewport()
  await page.keyboard.press('Tab')
  await page.keyboard.press('End')
  await expect(end).toBeInViewport({ ratio: 1 })
})
