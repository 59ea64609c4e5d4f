import type { Page } from '@playwright/test'
import { UNDO_MS } from '../../src-shared/removal.ts'
import { row } from './list-row.ts'
import { expect, settled, test } from './ui-fixture.ts'
import { NOW } from './ui-page.ts'

const line = (page: Page, name: string) => page.getByRole('row').filter({ hasText: `Removed ${name}` })
const undo = (page: Page) => page.getByRole('button', { name: /^Undo/ })
const names = (page: Page) =>
  page.evaluate(() => globalThis.fakes.vault.credentials().map(({ name }) => name))

async function choose(page: Page, name: RegExp): Promise<void> {
  await settled(page)
  await row(page, name).getByText(name).first().click()
  await expect(row(page, name)).toBeFocused()
}

test('Delete removes an entry at once, with a line in its place, and Ctrl+Z puts it back', async ({ ui }) => {
  const page = await ui.open()
  await choose(page, /^Stripe/)
  const before = await row(page, /^Stripe/).boundingBox()
  await page.keyboard.press('Delete')
  await expect(row(page, /^Stripe/)).toHaveCount(0)
  await expect(line(page, 'Stripe')).toBeVisible()
  expect((await line(page, 'Stripe').boundingBox())?.y).toBeCloseTo(before?.y ?? 0, -1)
  await expect(page.locator('[data-row]:focus')).toHaveCount(1)
  await expect(page.locator('output').filter({ hasText: 'Removed Stripe' })).toContainText('undoes it')
  expect(await names(page)).not.toContain('Stripe')
  await page.keyboard.press('Control+z')
  await expect(row(page, /^Stripe/)).toBeFocused()
  await expect(undo(page)).toHaveCount(0)
  expect(await names(page)).toContain('Stripe')
  // There is nothing more to undo.
  await page.keyboard.press('Control+z')
  await expect(row(page, /^Stripe/)).toBeFocused()
})

test('the line puts back its own entry, from the keyboard as well', async ({ ui }) => {
  const page = await ui.open()
  await choose(page, /^Linear/)
  await page.keyboard.press('Delete')
  await choose(page, /^Stripe/)
  await page.keyboard.press('Delete')
  await expect(undo(page)).toHaveCount(2)
  await page.getByRole('button', { name: /^Undo: Removed Linear/ }).click()
  await expect(row(page, /^Linear/)).toBeFocused()
  await page.getByRole('button', { name: /^Undo: Removed Stripe/ }).focus()
  await page.keyboard.press('Enter')
  await expect(row(page, /^Stripe/)).toBeFocused()
  await expect(undo(page)).toHaveCount(0)
})

test('when the time is up the line goes and the vault has removed the entry', async ({ ui }) => {
  const page = await ui.open()
  await choose(page, /^Linear/)
  await page.clock.pauseAt(NOW + 60_000)
  await page.keyboard.press('Delete')
  await page.clock.runFor(100)
  await expect(undo(page)).toHaveCount(1)
  await page.clock.runFor(UNDO_MS - 200)
  await expect(undo(page)).toHaveCount(1)
  await page.clock.runFor(400)
  await expect(undo(page)).toHaveCount(0)
  expect(await names(page)).not.toContain('Linear')
})

test('the removal of the last entry can be undone, too', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  const first = await page.evaluate(() => {
    const { vault } = globalThis.fakes
    const [only, ...others] = vault.credentials()
    vault.remove(others.map(({ id }) => id))
    return only?.name ?? ''
  })
  await expect(page.locator('[data-row]')).toHaveCount(1)
  await page.locator('[data-row]').focus()
  await page.keyboard.press('Delete')
  await expect(undo(page)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(row(page, new RegExp(`^${first}`))).toBeFocused()
})

test('an entry that can not be removed is told, and stays', async ({ ui }) => {
  const page = await ui.open()
  await choose(page, /^Linear/)
  await page.evaluate(() => globalThis.fakes.vault.failNext('removeWithUndo', 'STORE_WRITE_FAILED'))
  await page.keyboard.press('Delete')
  await expect(page.getByRole('alert')).toContainText('Linear')
  await expect(row(page, /^Linear/)).toHaveCount(1)
  await expect(undo(page)).toHaveCount(0)
})

test('an entry that is added again is shown beside the line of its removal', async ({ ui }) => {
  const page = await ui.open()
  await choose(page, /^Linear/)
  await page.evaluate(() => {
    const { vault } = globalThis.fakes
    const linear = vault.credentials().find(({ name }) => name === 'Linear')
    Object.assign(globalThis, { addLinear: () => linear && vault.upsert([linear]) })
  })
  await page.keyboard.press('Delete')
  await expect(undo(page)).toHaveCount(1)
  await page.evaluate(() => (globalThis as unknown as { addLinear: () => void }).addLinear())
  await expect(row(page, /^Linear/)).toHaveCount(1)
})
