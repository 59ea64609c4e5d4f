import type { Page } from '@playwright/test'
import { row } from './list-row.ts'
import { expect, settled, test } from './ui-fixture.ts'

/** Only the keyboard is used: this file sends no pointer event. */
const rows = (page: Page) => page.getByRole('row')

async function openList(page: Page): Promise<void> {
  await expect(page.getByRole('grid', { name: 'Credentials' })).toBeVisible()
  await settled(page)
  await expect(rows(page).first()).toBeFocused()
}

/** Waits for the focus of the dialog, which would undo an earlier key press. */
async function openAdd(page: Page): Promise<void> {
  await page.keyboard.press('Control+n')
  await expect(page.getByRole('searchbox', { name: 'Search a service or paste a key' })).toBeFocused()
}

/** Checks that the focused element is visible: nothing covers its middle. */
async function expectFocusSeen(page: Page): Promise<void> {
  const seen = await page.evaluate(() => {
    const active = document.activeElement
    if (active === null || active === document.body) return false
    const box = active.getBoundingClientRect()
    const top = document.elementFromPoint(box.x + Math.min(box.width / 2, 60), box.y + box.height / 2)
    return (
      top !== null &&
      (active.contains(top) ||
        top.contains(active) ||
        active.closest('label, [class*=field]')?.contains(top) === true)
    )
  })
  expect(seen, 'the focus is visible').toBe(true)
}

async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  for (let press = 0; press < 60; press += 1) {
    const found = await page.evaluate(() => {
      const active = document.activeElement
      const label = active instanceof HTMLInputElement ? active.labels?.[0]?.textContent : null
      return label ?? active?.getAttribute('aria-label') ?? active?.textContent ?? ''
    })
    if (typeof name === 'string' ? found.trim() === name : name.test(found)) return expectFocusSeen(page)
    await page.keyboard.press(key)
  }
  throw new Error(`Tab never reached ${String(name)}.`)
}

test('the arrows move through the list, and Enter leads to what mends the worst', async ({ ui }) => {
  const page = await ui.open()
  await openList(page)
  await expect(row(page, /^GitHub/)).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(row(page, /^Stripe/)).toBeFocused()
  await page.keyboard.press('End')
  await expect(row(page, /^Slack/)).toBeFocused()
  await expectFocusSeen(page)
  await page.keyboard.press('Home')
  await expect(row(page, /^GitHub/)).toBeFocused()
  await page.keyboard.press('PageDown')
  await expect(row(page, /^GitHub/)).not.toBeFocused()
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Sign in again' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(row(page, /^GitHub/)).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(row(page, /^GitHub/).getByRole('button', { name: 'More actions' })).toBeFocused()
  await page.keyboard.press('ArrowLeft')
  await expect(row(page, /^GitHub/)).toBeFocused()
})

test('an API key is added, and nothing of it stays in the page', async ({ ui }) => {
  const page = await ui.open()
  await openList(page)
  await openAdd(page)
  const dialog = page.getByRole('dialog', { name: 'Add a credential' })
  await expect(dialog).toBeVisible()
  await tabTo(page, 'Provider')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Key', { exact: true })).toBeFocused()
  await page.keyboard.insertText('  npm_canary0123456789canary  ')
  await tabTo(page, 'Account')
  await expect(dialog.getByText('Extra spaces removed.')).toBeVisible()
  await expect(dialog.getByText('Looks like a key for npm. Checked offline.')).toBeVisible()
  await page.keyboard.insertText('ci')
  await tabTo(page, 'Save key')
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(row(page, /^npm, ci/)).toBeFocused()
  await expect(page.getByText('npm added')).toBeVisible()
  const sent = await page.evaluate(
    () => globalThis.fakes.vault.calls.find(({ name }) => name === 'addApiKey')?.args[0]
  )
  expect(sent).toMatchObject({
    service: 'npm',
    account: 'ci',
    key: 'npm_canary0123456789canary',
    allowedHosts: [],
    expiresAt: null,
    replace: false
  })
  expect(await page.content()).not.toContain('canary')
  const values = await page.evaluate(() => [...document.querySelectorAll('input')].map(({ value }) => value))
  expect(values.join()).not.toContain('canary')
})

test('a key that exists is replaced only after a question with Cancel focused', async ({ ui }) => {
  const page = await ui.open()
  await openList(page)
  await openAdd(page)
  await tabTo(page, 'Provider')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Key', { exact: true })).toBeFocused()
  await page.keyboard.insertText('sk-another-key')
  await tabTo(page, 'Account')
  await page.keyboard.insertText('Acme staging')
  await page.keyboard.press('Enter')
  const question = page.getByRole('alertdialog', { name: /Replace the key of OpenAI/ })
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(question).toBeHidden()
  expect(await calls(page, 'addApiKey')).toHaveLength(0)
  await expect(page.getByRole('textbox', { name: 'Account' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await tabTo(page, 'Replace')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Key of OpenAI replaced')).toBeVisible()
  expect(await calls(page, 'addApiKey')).toMatchObject([[{ replace: true, account: 'Acme staging' }]])
})

test('search finds by words and filters, and a filter is a chip that goes with Backspace', async ({ ui }) => {
  const page = await ui.open()
  await openList(page)
  await page.keyboard.press('/')
  const search = page.getByRole('searchbox', { name: 'Search' })
  await expect(search).toBeFocused()
  await page.keyboard.type('scope:openid ')
  await expect(page.getByRole('button', { name: 'Remove filter scope:openid' })).toBeVisible()
  await expect(rows(page)).toHaveCount(2)
  await expect(page.getByRole('status').filter({ hasText: '2 credentials' })).toBeAttached()
  await page.keyboard.type('valid')
  await expect(rows(page)).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(row(page, /^Google/)).toBeFocused()
  await page.keyboard.press('/')
  await page.keyboard.press('Escape')
  await expect(rows(page)).toHaveCount(12)
  await page.keyboard.type('zebra')
  await expect(page.getByText('No credential matches “zebra”.')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('ArrowDown')
  await expect(page.locator('[data-row]:focus')).toHaveCount(1)
  await page.keyboard.press('l')
  await expect(search).toBeFocused()
  await expect(search).toHaveValue('l')
})

test('signing out says whether the provider revoked the token', async ({ ui }) => {
  const page = await ui.open()
  await openList(page)
  await page.keyboard.press('Enter')
  await tabTo(page, 'Sign out…')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByText('The provider revoked the token.')).toBeVisible()
  await expect(row(page, /^GitHub/)).toHaveCount(0)
})

test('a server of one’s own is discovered, and the sign-in there begins and ends', async ({ ui }) => {
  const page = await ui.open()
  await openList(page)
  await openAdd(page)
  await tabTo(page, 'Provider')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Issuer URL')).toBeFocused()
  await page.keyboard.insertText('https://sso.example.net/realms/main')
  await page.keyboard.press('Enter')
  await expect(page.getByText('The server answers over a secure connection')).toBeVisible()
  await tabTo(page, 'Client ID')
  await page.keyboard.insertText('acme-latchkey')
  await page.keyboard.press('Enter')
  const sheet = page.getByRole('dialog', { name: 'Signing in to sso.example.net' })
  await expect(sheet).toBeVisible()
  await expect.poll(() => focusInside(page)).toBe(true)
  await expect(sheet.getByRole('timer')).toHaveText(/ends in 5:00|ends in 4:5\d/)
  await tabTo(page, 'Open in my browser')
  await page.keyboard.press('Enter')
  await tabTo(page, 'Browser didn’t return?')
  await page.keyboard.press('Enter')
  await tabTo(page, 'Last address in the browser')
  await page.keyboard.insertText('http://127.0.0.1:4/cb?code=canary-code&state=s')
  await page.keyboard.press('Enter')
  await expect(sheet).toBeHidden()
  await expect(page.getByText('Signed in to sso.example.net')).toBeVisible()
  await expect(row(page, /^sso\.example\.net, ana@example\.com/)).toHaveAttribute('aria-selected', 'true')
  expect(await page.content()).not.toContain('canary-code')
})

test('the order is changed by keys', async ({ ui }) => {
  const page = await ui.open()
  await openList(page)
  await page.keyboard.press('/')
  await tabTo(page, 'Sort by: Attention')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitemradio', { name: 'Attention' })).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Sort by: Name' })).toBeFocused()
  await expect(rows(page).first()).toHaveAccessibleName(/^Figma/)
})

test('keys refresh, refresh all, copy and show the sheet of keys', async ({ ui }) => {
  const page = await ui.open()
  await openList(page)
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowDown')
  await expect(row(page, /^Keycloak/)).toBeFocused()
  await page.keyboard.press('r')
  await expect(page.getByText('Keycloak refreshed')).toBeVisible()
  await expect(row(page, /^Keycloak/)).toBeFocused()
  await page.keyboard.press('c')
  await page.keyboard.press('Control+c')
  expect(await calls(page, 'copySecret')).toHaveLength(2)
  await page.keyboard.press('Control+b')
  expect(await calls(page, 'copyAccount')).toHaveLength(1)
  await page.keyboard.press('Shift+R')
  await expect(page.getByText('1 failed')).toBeVisible()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(row(page, /^Keycloak/)).toBeFocused()
})

test('in a narrow window Enter opens the detail as a page and Esc leads back to the row', async ({ ui }) => {
  const page = await ui.open({ size: { width: 640, height: 720 } })
  await openList(page)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Stripe' })).toBeVisible()
  await expect(page.getByRole('grid')).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(row(page, /^Stripe/)).toBeFocused()
})

async function calls(page: Page, name: string): Promise<readonly unknown[]> {
  return page.evaluate(
    (name) => globalThis.fakes.vault.calls.filter((call) => call.name === name).map(({ args }) => args),
    name
  )
}

async function focusInside(page: Page): Promise<boolean> {
  return page.evaluate(
    () => document.querySelector('[role=dialog]')?.contains(document.activeElement) === true
  )
}
