import type { Page } from '@playwright/test'
import { row } from './list-row.ts'
import { expect, settled, test } from './ui-fixture.ts'

/** Records the labels of the elements that get the focus from now on. */
async function watchFocus(page: Page): Promise<void> {
  await page.evaluate(() => {
    const labels: string[] = []
    Object.assign(globalThis, { focusedSince: labels })
    document.addEventListener('focusin', ({ target }) => {
      if (target instanceof Element) labels.push(target.getAttribute('aria-label') ?? target.tagName)
    })
  })
}
const focusedSince = (page: Page): Promise<string[]> =>
  page.evaluate(() => (globalThis as unknown as { focusedSince: string[] }).focusedSince)

test('Enter after a search leads to the entry that matches, even before the list is drawn', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  await page.getByRole('searchbox', { name: 'Search' }).focus()
  await watchFocus(page)
  // Input and key run in one task, so that nothing is drawn in between.
  await page.getByRole('searchbox', { name: 'Search' }).evaluate((input) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, 'openai')
    input.dispatchEvent(new Event('input', { bubbles: true }))
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))
  })
  await expect(row(page, /^OpenAI/)).toBeFocused()
  expect(await focusedSince(page)).toEqual([await row(page, /^OpenAI/).getAttribute('aria-label')])
})

/** Delays every timer and frame by more than the app expects. */
async function slowDown(page: Page, ms: number): Promise<void> {
  await page.evaluate((late) => {
    const { setTimeout: soon, requestAnimationFrame: nextFrame } = globalThis
    Object.assign(globalThis, {
      setTimeout: (run: () => void, wait = 0) => soon(run, wait + late),
      requestAnimationFrame: (run: FrameRequestCallback) => soon(() => nextFrame(run), late)
    })
  }, ms)
}

async function addKey(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add', exact: true }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Add a credential' })
  await dialog.getByRole('tab', { name: 'API key' }).click()
  await dialog.getByLabel('Key', { exact: true }).fill('npm_canary0123456789canary')
  await dialog.getByLabel('Account').fill('ci')
  await slowDown(page, 1600)
  await dialog.getByRole('button', { name: 'Save key' }).click()
  await expect(dialog).toBeHidden()
}

test('an entry that comes late into the list gets the focus if the person has not moved it meanwhile', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  await addKey(page)
  await expect(row(page, /^npm, ci/)).toBeFocused()
})

test('an entry that comes late into the list leaves the focus where the person moved it meanwhile', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  await addKey(page)
  const settings = page.getByRole('button', { name: 'Settings' })
  await settings.focus()
  await page.keyboard.press('Shift')
  // Without this the row could already have the focus, and the test would prove nothing.
  await expect(row(page, /^npm, ci/)).toHaveCount(0)
  await expect(row(page, /^npm, ci/)).toBeVisible()
  await expect(row(page, /^npm, ci/)).toHaveAttribute('aria-selected', 'true')
  await settled(page)
  await expect(settings).toBeFocused()
})

test('Enter after a search leads to the list even if the selected entry is not in it', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await row(page, /^GitHub/)
    .getByText('GitHub', { exact: true })
    .click()
  await page.keyboard.press('/')
  await page.keyboard.type('openai')
  await expect(row(page, /^GitHub/)).toHaveCount(0)
  await page.keyboard.press('Enter')
  await expect(row(page, /^OpenAI/).first()).toBeFocused()
})

test('the detail takes the focus once, and not from a search that brings it back', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await row(page, /^GitHub/).focus()
  await page.keyboard.press('Enter')
  const detail = page.locator('[data-pane=detail]')
  await expect(detail.getByRole('button', { name: 'Sign in again' })).toBeFocused()
  await page.keyboard.press('/')
  await page.keyboard.type('gitx')
  await expect(detail).toHaveCount(0)
  await page.keyboard.press('Backspace')
  await expect(detail).toBeVisible()
  await settled(page)
  await expect(page.getByRole('searchbox', { name: 'Search' })).toBeFocused()
})

test('the detail leaves the focus to the view that was chosen', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await row(page, /^GitHub/).focus()
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-fix]').first()).toBeFocused()
  await page.getByRole('button', { name: 'Doctor' }).press('Enter')
  await expect(page.getByRole('heading', { name: 'Doctor', level: 1 })).toBeVisible()
  const all = page.getByRole('button', { name: /^All/ })
  await all.press('Enter')
  await expect(page.locator('[data-pane=detail]')).toBeVisible()
  await settled(page)
  await expect(all).toBeFocused()
})

test('each entry begins at its top, where its trouble is, also after the one before was read to its end', async ({
  ui
}) => {
  const page = await ui.open({ size: { width: 1040, height: 480 } })
  await settled(page)
  const detail = page.locator('[data-pane=detail]')
  await row(page, /^GitHub/).focus()
  for (let press = 0; press < 12; press += 1) {
    await expect.poll(() => detail.evaluate(({ scrollTop }) => scrollTop)).toBe(0)
    const fix = detail.locator('[data-fix]')
    if ((await fix.count()) > 0) await expect(fix).toBeInViewport({ ratio: 1 })
    await detail.evaluate((pane) => pane.scrollTo(0, pane.scrollHeight))
    expect(await detail.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(0)
    await page.keyboard.press('ArrowDown')
  }
})

test('the arrow key after a cleared search leads to the list, even if its rows are drawn late', async ({
  ui
}) => {
  const page = await ui.open({ seed: 'ten-thousand' })
  await settled(page)
  const search = page.getByRole('searchbox', { name: 'Search' })
  await search.fill('zebra')
  await expect(page.getByText('No credential matches “zebra”.')).toBeVisible()
  await search.evaluate((input) => {
    for (const key of ['Escape', 'ArrowDown']) {
      input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    }
  })
  await expect(page.locator('[data-row]:focus')).toHaveCount(1)
})
