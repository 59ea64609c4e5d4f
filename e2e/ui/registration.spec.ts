import { type Page, expect } from '@playwright/test'
import { settled, test } from './ui-fixture.ts'

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Add a credential' })

/** Chooses GitHub, where the list has an entry already, and asks for a client of its own. */
async function chooseGitHub(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add', exact: true }).first().click()
  await dialog(page)
    .getByRole('button', { name: /^GitHub Sign-in/ })
    .click()
  await dialog(page).getByRole('button', { name: 'Use another client ID' }).click()
}

test('the page of a provider has its three steps, and the redirect URI is copied by the keyboard', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  await chooseGitHub(page)
  await expect(dialog(page).getByLabel('Client ID')).toBeFocused()
  await expect(dialog(page).getByText('Create an app at GitHub')).toBeVisible()
  await expect(
    dialog(page).getByRole('listitem').filter({ hasText: 'Enable Device Flow' }).last()
  ).toBeVisible()
  await expect(dialog(page).getByText('http://127.0.0.1/callback', { exact: true })).toBeVisible()
  await page.keyboard.press('Shift+Tab')
  await expect(dialog(page).getByRole('button', { name: 'Create one at GitHub' })).toBeFocused()
  await page.keyboard.press('Shift+Tab')
  await expect(dialog(page).getByRole('button', { name: 'Copy redirect URI' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(dialog(page).getByText('Copied')).toBeVisible()
})

test('the scopes are folded, say what is asked for, and can be changed', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await chooseGitHub(page)
  const scopes = dialog(page).getByText(/^Scopes: /)
  const before = await scopes.textContent()
  await expect(dialog(page).getByRole('checkbox').first()).toBeHidden()
  await scopes.click()
  await dialog(page).getByRole('checkbox', { checked: false }).first().click()
  await expect(scopes).not.toHaveText(before ?? '')
})

test('the dialog says that a code is used without a client secret, and a window with a secret', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  await chooseGitHub(page)
  await expect(dialog(page).getByText('You’ll enter a code at')).toBeVisible()
  await dialog(page).getByLabel('Client secret').fill('not-a-real-secret')
  await expect(dialog(page).getByText('in a sign-in window.')).toBeVisible()
  await dialog(page).getByRole('button', { name: 'All services' }).click()
  await dialog(page)
    .getByRole('button', { name: /^GitHub Sign-in/ })
    .click()
  await dialog(page).getByRole('button', { name: 'Use another client ID' }).click()
  await expect(dialog(page).getByText('You’ll enter a code at')).toBeVisible()
})

test('a client ID that is missing is said at its field until it is typed', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await chooseGitHub(page)
  await page.keyboard.press('Enter')
  await expect(dialog(page).getByText('Enter the client ID of your OAuth application.')).toBeVisible()
  await page.keyboard.type('x')
  await expect(dialog(page).getByText('Enter the client ID of your OAuth application.')).toHaveCount(0)
})

test('a second account of a service needs no client ID: it uses the one that is there', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await page.keyboard.press('Control+n')
  await dialog(page)
    .getByRole('button', { name: /^GitHub Sign-in/ })
    .click()
  await expect(dialog(page).getByText('Uses the client ID of ana@example.com.')).toBeVisible()
  await expect(dialog(page).getByLabel('Client ID')).toHaveCount(0)
  await expect(dialog(page).getByRole('button', { name: 'Continue' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(dialog(page)).toHaveCount(0)
  const started = await page.evaluate(() =>
    globalThis.fakes.vault.calls.filter(({ name }) => name === 'startSignIn').map(({ args }) => args[0])
  )
  expect(started).toMatchObject([{ kind: 'another', account: null }])
})

test('a provider without an entry says that it takes a setup, and where a token goes', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await page.keyboard.press('Control+n')
  await dialog(page)
    .getByRole('button', { name: /^Spotify 2 min setup/ })
    .click()
  await dialog(page).getByRole('button', { name: 'Paste it' }).click()
  await expect(dialog(page).getByLabel('Key', { exact: true })).toBeFocused()
})
