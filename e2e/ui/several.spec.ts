import type { Page } from '@playwright/test'
import { atName, row } from './list-row.ts'
import { expect, settled, test } from './ui-fixture.ts'

const bar = (page: Page) => page.getByRole('toolbar', { name: 'Selected entries' })
const picked = (page: Page) => page.locator('[data-row][aria-selected=true]')
const calls = (page: Page, name: string) =>
  page.evaluate(
    (wanted) => globalThis.fakes.vault.calls.filter((call) => call.name === wanted).map(({ args }) => args),
    name
  )

async function open(page: Page): Promise<void> {
  await settled(page)
  await expect(page.locator('[data-row]').first()).toBeFocused()
}

test('several entries are selected by Shift, by Ctrl and all at once, and Esc selects one again', async ({
  ui
}) => {
  const page = await ui.open()
  await open(page)
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(bar(page)).toContainText('3 selected')
  await expect(picked(page)).toHaveCount(3)
  await expect(page.locator('output').filter({ hasText: '3 selected' })).toHaveCount(1)
  await page.keyboard.press('Shift+ArrowUp')
  await expect(bar(page)).toContainText('2 selected')
  await page.keyboard.press('Control+a')
  await expect(bar(page)).toContainText('12 selected')
  await page.keyboard.press('Escape')
  await expect(bar(page)).toHaveCount(0)
  await expect(picked(page)).toHaveCount(1)
  await expect(page.getByRole('searchbox', { name: 'Search' })).toBeVisible()

  await row(page, /^Stripe/).click(atName)
  await row(page, /^Keycloak/).click({ ...atName, modifiers: ['ControlOrMeta'] })
  await expect(picked(page)).toHaveCount(2)
  await row(page, /^Keycloak/).click({ ...atName, modifiers: ['ControlOrMeta'] })
  await expect(bar(page)).toHaveCount(0)
  await row(page, /^Stripe/).click(atName)
  await row(page, /^Keycloak/).click({ ...atName, modifiers: ['Shift'] })
  await expect(bar(page)).toContainText('3 selected')
  await row(page, /^Figma/).click(atName)
  await expect(bar(page)).toHaveCount(0)
})

test('removing several takes three presses, shows one line, and one undo puts all back', async ({ ui }) => {
  const page = await ui.open()
  await open(page)
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Delete')
  await expect(page.locator('[data-row]')).toHaveCount(9)
  await expect(page.getByRole('row').filter({ hasText: 'Removed 3 entries' })).toHaveCount(1)
  await expect(page.locator('[data-row]:focus')).toHaveCount(1)
  expect((await calls(page, 'removeWithUndo'))[0]?.[0]).toHaveLength(3)
  await page.keyboard.press('Control+z')
  await expect(page.locator('[data-row]')).toHaveCount(12)
  await expect(page.locator('[data-row]').first()).toBeFocused()
})

test('more than ten are removed after a question only', async ({ ui }) => {
  const page = await ui.open()
  await open(page)
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Delete')
  const question = page.getByRole('alertdialog', { name: 'Remove 12 entries?' })
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(question).toBeHidden()
  await expect(bar(page)).toContainText('12 selected')
  expect(await calls(page, 'removeWithUndo')).toEqual([])
  await page.locator('[data-row]:focus').press('Delete')
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await question.getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByRole('button', { name: /^Undo/ })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-row]')).toHaveCount(12)
})

test('several are refreshed, made favourites and tagged', async ({ ui }) => {
  const page = await ui.open()
  await open(page)
  await page.keyboard.press('Control+a')
  await bar(page).getByRole('button', { name: 'Refresh' }).click()
  await expect.poll(async () => (await calls(page, 'refresh')).length).toBeGreaterThan(1)
  const refreshed = (await calls(page, 'refresh')).length
  await expect(page.getByText(`${refreshed} sign-ins refreshed`)).toBeVisible()

  await bar(page).getByRole('button', { name: 'Add to favourites' }).click()
  await expect(bar(page).getByRole('button', { name: 'Remove from favourites' })).toBeVisible()
  await expect(page.locator('[data-row] [aria-label=Favourite]').first()).toBeVisible()

  await bar(page).getByRole('button', { name: 'Tag…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Tag 12 entries' })
  await expect(dialog.getByRole('textbox', { name: 'Tags' })).toBeFocused()
  await page.keyboard.type('work client')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(page.getByText('12 entries tagged')).toBeVisible()
  const last = (await calls(page, 'setLabels')).at(-1)?.[1]
  expect(last).toMatchObject({ isFavourite: true, tags: ['work', 'client'] })
  await expect(page.getByRole('navigation').getByRole('button', { name: /^work/ })).toBeVisible()
})

test('the right button acts on the selection, and selects another row alone', async ({ ui }) => {
  const page = await ui.open()
  await open(page)
  await page.keyboard.press('Shift+ArrowDown')
  await row(page, /^Stripe/).click({ ...atName, button: 'right' })
  await page.getByRole('menuitem', { name: /^Add to favourites/ }).click()
  await expect.poll(() => calls(page, 'setLabels')).toHaveLength(2)
  await row(page, /^Linear/).click({ ...atName, button: 'right' })
  await expect(page.getByRole('menuitem', { name: /^Copy account/ })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(bar(page)).toHaveCount(0)
})
