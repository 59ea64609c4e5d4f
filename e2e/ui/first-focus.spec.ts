import { type Page, expect } from '@playwright/test'
import { signIn } from './sign-in-states.ts'
import { giveFirst, settled, test } from './ui-fixture.ts'

const dialog = (page: Page) => page.getByRole('dialog')
const button = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true })

/** Dialogs of the rail or the toolbar, each with the element that gets the first focus. */
const openers = [
  ['Add', (page: Page) => page.getByRole('searchbox', { name: 'Search a service or paste a key' })],
  ['Settings', (page: Page) => page.getByRole('radio', { name: 'System' })],
  ['GNOME Keyring, healthy', (page: Page) => button(page, 'Check again')]
] as const

test('a dialog begins at what there is to do and not at its cross, and Escape leads back', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  for (const [name, first] of openers) {
    const opener = page.getByRole('button', { name, exact: true }).first()
    await opener.press('Enter')
    await expect(first(page).first()).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(opener).toBeFocused()
  }
})

test('the rail is one stop of Tab, and the arrows go through it', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  const rail = page.getByRole('navigation')
  await rail.getByRole('button', { name: 'All' }).first().focus()
  await page.keyboard.press('ArrowDown')
  await expect(rail.getByRole('button', { name: /^Needs attention/ })).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('searchbox', { name: 'Search' })).toBeFocused()
  await page.keyboard.press('Shift+Tab')
  await expect(rail.getByRole('button', { name: /^Needs attention/ })).toBeFocused()
  await page.keyboard.press('End')
  await expect(rail.getByRole('button').last()).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(rail.getByRole('button').first()).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(rail.getByRole('button').last()).toBeFocused()
})

test('an import from the first screen begins at the choice of a file', async ({ ui }) => {
  const page = await ui.open({ seed: 'empty' })
  await settled(page)
  await page.getByRole('button', { name: 'import from a file' }).press('Enter')
  await expect(button(page, 'Choose a file…')).toBeFocused()
})

test('the client of a sign-in is read first, and then its ID has the focus', async ({ ui }) => {
  // Long enough to be seen by a test that looks once in a while.
  const page = await ui.open({ delay: 1500 })
  await settled(page)
  await giveFirst(page, { status: { kind: 'refresh-failing', code: 'CLIENT_REFUSED', nextTryAt: null } })
  await page.getByRole('main').getByRole('button', { name: 'Change client…' }).first().press('Enter')
  await expect(dialog(page).getByText('Loading…')).toBeVisible()
  await expect(dialog(page).getByLabel('Client ID')).toBeFocused()
})

test('the sheet of a sign-in keeps the focus at what there is to do, wherever the sign-in goes on', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  await signIn('window', 'waiting')(page)
  await expect(button(page, 'Open in my browser')).toBeFocused()
  await button(page, 'Use a code').press('Enter')
  await expect(button(page, 'Copy code')).toBeFocused()
  await signIn('window', 'other')(page)
  await expect(button(page, 'Cancel')).toBeFocused()
  await signIn('window', 'denied')(page)
  await expect(button(page, 'Try again')).toBeFocused()
  await signIn('window', 'unfit')(page)
  await expect(button(page, 'Close').last()).toBeFocused()
})

test('a sign-in again that failed is begun again by one key', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await signIn('device', 'again')(page)
  await expect(button(page, 'Sign in again')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Signing in to Google Workspace' })).toBeVisible()
  const asked = await page.evaluate(() =>
    globalThis.fakes.vault.calls.filter(({ name }) => name === 'startSignIn').map(({ args }) => args[0])
  )
  expect(asked).toMatchObject([{ kind: 'again' }])
})

test('the list has the focus at the start, so that keys work at once, and takes it from nothing else', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  await expect(page.getByRole('row').first()).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('row').nth(1)).toBeFocused()
  await page.keyboard.press('/')
  await page.keyboard.type('git')
  await settled(page)
  await expect(page.getByRole('searchbox', { name: 'Search' })).toBeFocused()
})
