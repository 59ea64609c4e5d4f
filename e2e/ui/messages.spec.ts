import type { Page } from '@playwright/test'
import { row } from './list-row.ts'
import { expect, giveFirst, settled, test } from './ui-fixture.ts'

const messages = (page: Page) => page.locator('[data-pane=toasts]').getByRole('dialog')
const refresh = (page: Page) =>
  page.getByRole('main').getByRole('button', { name: 'Refresh', exact: true }).first()

/** Its buttons are for the mouse once the pointer is over it. */
async function dismiss(page: Page): Promise<void> {
  const first = messages(page).first()
  await first.hover()
  await first.getByRole('button', { name: 'Dismiss' }).click()
}

/** True if a click at its middle would reach the message. */
const isOnTop = async (page: Page): Promise<boolean> =>
  await messages(page)
    .first()
    .evaluate((message) => {
      const { x, y, width, height } = message.getBoundingClientRect()
      return message.contains(document.elementFromPoint(x + width / 2, y + height / 2))
    })

test('a message is under a dialog that opens, waits there, and is read after it', async ({ ui }) => {
  const page = await ui.open({ realTime: true })
  await page.clock.install()
  await giveFirst(page, {})
  await refresh(page).click()
  await expect(messages(page)).toContainText('refreshed')
  expect(await isOnTop(page)).toBe(true)
  await page.getByRole('button', { name: 'Settings' }).click()
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
  expect(await isOnTop(page)).toBe(false)
  await page.clock.runFor(60_000)
  await expect(messages(page)).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Settings' })).toHaveCount(0)
  expect(await isOnTop(page)).toBe(true)
  await page.clock.runFor(4000)
  await expect(messages(page)).toHaveCount(0)
})

test('a message about an open dialog is above it', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.evaluate(() => globalThis.fakes.vault.failNext('setPreferences', 'STORE_WRITE_FAILED'))
  await page.getByText('Dark', { exact: true }).click()
  await expect(messages(page)).toContainText('STORE_WRITE_FAILED')
  expect(await isOnTop(page)).toBe(true)
  await ui.audit(page)
})

test('a failure names its service, and is not told again beside the detail that says it', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  const name = await giveFirst(page, {})
  const fail = () => page.evaluate(() => globalThis.fakes.vault.failNext('refresh', 'REFRESH_UNREACHABLE'))
  await fail()
  await refresh(page).click()
  await expect(messages(page)).toContainText(`${name}: Can’t be reached`)
  await dismiss(page)
  await expect(messages(page)).toHaveCount(0)
  await giveFirst(page, {
    status: { kind: 'refresh-failing', code: 'REFRESH_UNREACHABLE', nextTryAt: null }
  })
  await expect(page.locator('[data-pane=detail]')).toContainText('REFRESH_UNREACHABLE')
  await fail()
  const asked = (): Promise<number> =>
    page.evaluate(() => globalThis.fakes.vault.calls.filter(({ name: each }) => each === 'refresh').length)
  const before = await asked()
  await row(page, new RegExp(`^${name}`)).press('r')
  await expect.poll(asked).toBe(before + 1)
  await settled(page)
  await expect(messages(page)).toHaveCount(0)
})

test('one message is read at a time; those before it show their edge and come back with its end', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  await giveFirst(page, {})
  for (const code of ['PROVIDER_UNREACHABLE', 'PROVIDER_REFUSED', 'KEYCHAIN_TIMEOUT'] as const) {
    await page.evaluate((each) => globalThis.fakes.vault.failNext('refresh', each), code)
    await refresh(page).click()
    await expect(messages(page).first()).toContainText(code)
  }
  await settled(page)
  const boxes = await messages(page).evaluateAll((all) => all.map((each) => each.getBoundingClientRect().y))
  expect(boxes).toHaveLength(3)
  expect(boxes.map((y) => Math.round((boxes[0] ?? 0) - y))).toEqual([0, 6, 12])
  await ui.audit(page)
  await dismiss(page)
  await expect(messages(page).first()).toContainText('PROVIDER_REFUSED')
  await expect(messages(page).getByText('PROVIDER_REFUSED')).toBeVisible()
})
