import type { Page } from '@playwright/test'
import { atName } from './list-row.ts'
import { expect, settled, test } from './ui-fixture.ts'

const ID = '["openai","Acme staging"]'
const NEW = 'sk-canary-new-key-0123'
const TITLE = 'Rotate the key of OpenAI, Acme staging'
const dialog = (page: Page) => page.getByRole('dialog', { name: TITLE })
const question = (page: Page) => page.getByRole('alertdialog')
const detail = (page: Page) => page.getByRole('region', { name: 'OpenAI, Acme staging' })
const press = (page: Page, name: string) => detail(page).getByRole('button', { name }).click()

async function select(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('row', { name }).click(atName)
}

async function calls(page: Page, wanted: string): Promise<readonly (readonly unknown[])[]> {
  const all = await page.evaluate(() => globalThis.fakes.vault.calls)
  return all.filter(({ name }) => name === wanted).map(({ args }) => args)
}

/** Stores a new key with the dialog and leaves it at its second step. */
async function store(page: Page, key = NEW): Promise<void> {
  await press(page, 'Rotate key…')
  await dialog(page).getByLabel('New key', { exact: true }).fill(key)
  await dialog(page).getByRole('button', { name: 'Store new key' }).click()
  await expect(dialog(page).getByText('is stored next to the current key')).toBeVisible()
}

test('a key is rotated by the keyboard alone, and nothing of it stays in the page', async ({ ui }) => {
  const page = await ui.open()
  await expect(page.getByRole('grid', { name: 'Credentials' })).toBeVisible()
  await page.keyboard.press('F6')
  await page.keyboard.press('/')
  await page.keyboard.type('openai')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('row', { name: /^OpenAI/ })).toBeFocused()
  await page.keyboard.press('Enter')
  await tabTo(page, 'Rotate key…')
  await page.keyboard.press('Enter')
  await expect(dialog(page).getByLabel('New key', { exact: true })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(dialog(page).getByText('Paste or type the key.')).toBeVisible()
  await page.keyboard.insertText(` ${NEW} `)
  await page.keyboard.press('Enter')
  await expect(dialog(page).getByRole('button', { name: 'Test new key' })).toBeFocused()
  await expect(step(page)).toHaveText('Test')
  expect(await calls(page, 'prepareKey')).toEqual([[{ credential: ID, key: NEW, expiresAt: null }]])
  expect(await page.content()).not.toContain('canary')
  await page.keyboard.press('Enter')
  await expect(dialog(page).getByText('api.openai.com accepted the key.')).toBeVisible()
  await expect(step(page)).toHaveText('Switch')
  await tabTo(page, 'Switch to new key')
  await page.keyboard.press('Enter')
  await expect(dialog(page).getByRole('button', { name: 'Done' })).toBeFocused()
  await expect(dialog(page)).toContainText('the old key until tomorrow, 11:38')
  await page.keyboard.press('Enter')
  await expect(dialog(page)).toBeHidden()
  await expect(page.getByRole('button', { name: 'Rotate key…' })).toBeFocused()
  await expect(detail(page)).toContainText('New key in use')
  expect(await page.content()).not.toContain('canary')
  const values = await page.evaluate(() => [...document.querySelectorAll('input')].map(({ value }) => value))
  expect(values.join()).not.toContain('canary')
})

test('a dialog that is closed half way leaves the state in sight, and goes on where it was', async ({
  ui
}) => {
  const page = await ui.open()
  await select(page, /^OpenAI/)
  await store(page)
  await page.keyboard.press('Escape')
  const banner = detail(page).getByRole('region', { name: 'A new key is waiting' })
  await expect(banner).toContainText('sk••••••••23 was stored today, 11:38')
  await banner.getByRole('button', { name: 'Continue' }).click()
  await expect(dialog(page).getByRole('button', { name: 'Test new key' })).toBeFocused()
  await dialog(page).getByRole('button', { name: 'Later' }).click()
  await banner.getByRole('button', { name: 'Discard…' }).click()
  await expect(question(page).getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Enter')
  expect(await calls(page, 'undoRotation')).toHaveLength(0)
  await banner.getByRole('button', { name: 'Discard…' }).click()
  await question(page).getByRole('button', { name: 'Discard' }).click()
  await expect(banner).toBeHidden()
  await expect(page.getByText('New key of OpenAI discarded').first()).toBeVisible()
  expect(await calls(page, 'undoRotation')).toEqual([[ID]])
})

test('a new key that its service refuses can be switched to only by saying so', async ({ ui }) => {
  const page = await ui.open()
  await select(page, /^OpenAI/)
  await store(page, 'sk-wrong-key-9999')
  await dialog(page).getByRole('button', { name: 'Test new key' }).click()
  await expect(dialog(page).getByText('Doesn’t work')).toBeVisible()
  await expect(dialog(page).getByRole('button', { name: 'Switch to new key' })).toHaveCount(0)
  await dialog(page).getByRole('button', { name: 'Switch anyway' }).click()
  await expect(dialog(page)).toContainText('New key in use')
})

test('after the switch the old key is gone back to, or forgotten, each after a question', async ({ ui }) => {
  const page = await ui.open()
  await select(page, /^OpenAI/)
  for (const [button, answer, told, request] of [
    ['Undo…', 'Go back', 'Old key of OpenAI in use again', 'undoRotation'],
    ['Forget the old key now…', 'Forget', 'Old key of OpenAI forgotten', 'finishRotation']
  ] as const) {
    await store(page)
    await dialog(page).getByRole('button', { name: 'Switch to new key' }).click()
    await dialog(page).getByRole('button', { name: 'Done' }).click()
    await press(page, button)
    await expect(question(page).getByRole('button', { name: 'Cancel' })).toBeFocused()
    await question(page).getByRole('button', { name: answer }).click()
    await expect(page.getByText(told).first()).toBeVisible()
    await expect(detail(page).getByRole('region', { name: 'New key in use' })).toHaveCount(0)
    expect(await calls(page, request)).toEqual([[ID]])
  }
})

test('what is refused is told in the dialog, and the key can be corrected', async ({ ui }) => {
  const page = await ui.open()
  await select(page, /^OpenAI/)
  await press(page, 'Rotate key…')
  await page.evaluate(() => globalThis.fakes.vault.failNext('prepareKey', 'STORE_WRITE_FAILED'))
  const field = dialog(page).getByLabel('New key', { exact: true })
  await field.fill(NEW)
  await field.press('Enter')
  await expect(dialog(page).getByRole('alert')).toContainText('STORE_WRITE_FAILED')
  await expect(field).toHaveValue(NEW)
  await field.press('Enter')
  await page.evaluate(() => globalThis.fakes.vault.failNext('switchKey', 'KEYCHAIN_LOCKED'))
  await dialog(page).getByRole('button', { name: 'Switch to new key' }).click()
  await expect(dialog(page).getByRole('alert')).toContainText('KEYCHAIN_LOCKED')
  await dialog(page).getByRole('button', { name: 'Switch to new key' }).click()
  await expect(dialog(page)).toContainText('New key in use')
})

test('an expiry in the past is told at its field, and one in the future is sent', async ({ ui }) => {
  const page = await ui.open()
  await select(page, /^OpenAI/)
  await press(page, 'Rotate key…')
  await dialog(page).getByLabel('New key', { exact: true }).fill(NEW)
  await dialog(page).getByLabel('Expires').fill('2026-01-01')
  await dialog(page).getByRole('button', { name: 'Store new key' }).click()
  await expect(dialog(page).getByText('Pick a future date.')).toBeVisible()
  await expect(dialog(page).getByLabel('Expires')).toBeFocused()
  await dialog(page).getByLabel('Expires').fill('2027-02-14')
  await dialog(page).getByRole('button', { name: 'Store new key' }).click()
  await expect(dialog(page).getByRole('button', { name: 'Test new key' })).toBeFocused()
  expect(await calls(page, 'prepareKey')).toMatchObject([[{ expiresAt: '2027-02-14T23:59:59.000Z' }]])
})

test('the page for keys opens from the first step', async ({ ui }) => {
  const page = await ui.open()
  await select(page, /^OpenAI/)
  await press(page, 'Rotate key…')
  await dialog(page).getByRole('button', { name: 'Open the keys page of OpenAI' }).click()
  expect(await calls(page, 'openHelp')).toEqual([['openai']])
})

test('an entry that goes while it is rotated closes the dialog', async ({ ui }) => {
  const page = await ui.open()
  await select(page, /^OpenAI/)
  await store(page)
  await page.evaluate((id) => globalThis.fakes.vault.remove([id]), ID)
  await expect(dialog(page)).toBeHidden()
})

test('the age is said, with a hint after a year and no alarm', async ({ ui }) => {
  const page = await ui.open()
  await select(page, /^OpenAI/)
  await expect(detail(page)).toContainText('Added 30 days ago.')
  await expect(detail(page)).not.toContainText('Time for a new one')
  await page.evaluate((wanted) => {
    const found = globalThis.fakes.vault.credentials().find(({ id }) => id === wanted)!
    globalThis.fakes.vault.upsert([{ ...found, obtainedAt: '2025-09-15T10:00:00.000Z' }])
  }, ID)
  await expect(detail(page)).toContainText('Added 14 months ago. Over a year old. Time for a new one.')
  await expect(page.getByRole('row', { name: /^OpenAI/ })).toContainText('Valid')
})

test('only a key that can be read offers it', async ({ ui }) => {
  const page = await ui.open()
  for (const [name, offered] of [
    [/^npm/, 1],
    [/^Stripe/, 0],
    [/^Google/, 0]
  ] as const) {
    await select(page, name)
    await expect(page.getByRole('button', { name: 'Rotate key…' })).toHaveCount(offered)
    await page.getByRole('main').getByRole('button', { name: 'More actions' }).last().click()
    await expect(page.getByRole('menu')).toBeVisible()
    await expect(page.getByRole('menuitem', { name: 'Rotate key…' })).toHaveCount(offered)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('menu')).toHaveCount(0)
  }
})

test('at four times the size nothing is cut off', async ({ ui }) => {
  const page = await ui.open({ size: { width: 320, height: 640 } })
  await select(page, /^OpenAI/)
  await page.keyboard.press('Enter')
  await store(page)
  await settled(page)
  for (const name of ['Test new key', 'Discard…', 'Later', 'Switch to new key']) {
    const button = dialog(page).getByRole('button', { name })
    await button.scrollIntoViewIfNeeded()
    await expect(button).toBeInViewport({ ratio: 1 })
  }
  await ui.audit(page)
  await page.keyboard.press('Escape')
  await page.screenshot({ path: 'test-results/ui/rotation-320.png' })
  const wide = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(wide).toBeLessThanOrEqual(320)
})

const step = (page: Page) => dialog(page).locator('[aria-current="step"]')

async function tabTo(page: Page, name: string): Promise<void> {
  for (let press = 0; press < 40; press += 1) {
    const label = await page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''
    )
    if (label.trim() === name) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never reached ${name}.`)
}
