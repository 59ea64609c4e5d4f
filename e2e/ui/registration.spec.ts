import { type Page, expect } from '@playwright/test'
import { settled, test } from './ui-fixture.ts'

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Add a credential' })

async function chooseGitHub(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add', exact: true }).first().click()
  await dialog(page)
    .getByRole('radio', { name: /^GitHub Sign-in/ })
    .check({ force: true })
  await dialog(page).getByRole('button', { name: 'Use another client ID' }).click()
}

test('the steps to a client ID open by the keyboard, and their redirect URI is copied by it', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  await chooseGitHub(page)
  const address = dialog(page).getByText('http://127.0.0.1/callback', { exact: true })
  await expect(address).toBeHidden()
  await dialog(page).getByLabel('Client ID').focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(address).toBeVisible()
  await expect(dialog(page).getByRole('listitem').filter({ hasText: 'Enable Device Flow' })).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(dialog(page).getByRole('button', { name: 'Create one at GitHub' })).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(dialog(page).getByRole('button', { name: 'Copy redirect URI' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(dialog(page).getByText('Copied')).toBeVisible()
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
  await dialog(page)
    .getByRole('radio', { name: /Microsoft/ })
    .check({ force: true })
  await dialog(page)
    .getByRole('radio', { name: /^GitHub Sign-in/ })
    .check({ force: true })
  await dialog(page).getByRole('button', { name: 'Use another client ID' }).click()
  await expect(dialog(page).getByText('You’ll enter a code at')).toBeVisible()
})

test('a second account of a service needs no client ID: it uses the one that is there', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await page.keyboard.press('Control+n')
  await dialog(page)
    .getByRole('radio', { name: /^GitHub Sign-in/ })
    .check({ force: true })
  await expect(dialog(page).getByText('Uses the client ID of ana@example.com.')).toBeVisible()
  await expect(dialog(page).getByLabel('Client ID')).toHaveCount(0)
  await dialog(page).getByRole('button', { name: 'Continue' }).click()
  await expect(dialog(page)).toHaveCount(0)
  const started = await page.evaluate(() =>
    globalThis.fakes.vault.calls.filter(({ name }) => name === 'startSignIn').map(({ args }) => args[0])
  )
  expect(started).toMatchObject([{ kind: 'another', account: null }])
})

test('a provider without an entry says that it takes a one-time setup, and where a token goes', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  await page.keyboard.press('Control+n')
  await dialog(page)
    .getByRole('radio', { name: /^Spotify One-time setup, 2 min/ })
    .check({ force: true })
  await dialog(page).getByRole('button', { name: 'Paste it' }).click()
  await expect(dialog(page).getByLabel('Key', { exact: true })).toBeFocused()
})
