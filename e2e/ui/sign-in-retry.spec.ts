import { type Page, expect } from '@playwright/test'
import { signIn } from './sign-in-states.ts'
import { settled, test } from './ui-fixture.ts'

const failed = (page: Page) => page.getByRole('dialog', { name: 'Sign-in to Google failed' })
const tryAgain = (page: Page) => failed(page).getByRole('button', { name: 'Try again' })

const startFails = (page: Page, code: 'PORT_BUSY' | 'PROVIDER_REFUSED') =>
  page.evaluate((why) => globalThis.fakes.vault.failNext('startSignIn', why), code)

/** Returns the window's requests about sign-ins, in order. */
const asked = (page: Page) =>
  page.evaluate(() =>
    globalThis.fakes.vault.calls
      .filter(({ name }) => name.endsWith('SignIn'))
      .map(({ name, args }) => `${name} ${String(args[0])}`)
  )

test('a first sign-in that failed is tried again by one key, with nothing typed again', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await signIn('window', 'denied')(page)
  await expect(tryAgain(page)).toBeFocused()
  await page.keyboard.press('Enter')
  const sheet = page.getByRole('dialog', { name: 'Signing in to Google' })
  await expect(sheet.getByRole('button', { name: 'Open in my browser' })).toBeFocused()
  expect(await asked(page)).toEqual(['retrySignIn a'])
  await sheet.getByRole('button', { name: 'Cancel' }).press('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('the sheet stays and says why when the sign-in can not be started again', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await signIn('window', 'denied')(page)
  await startFails(page, 'PORT_BUSY')
  await tryAgain(page).press('Enter')
  await expect(failed(page)).toContainText('PORT_BUSY')
  await expect(tryAgain(page)).toBeFocused()
  await page.keyboard.press('Enter')
  const sheet = page.getByRole('dialog', { name: 'Signing in to Google' })
  await expect(sheet.getByRole('button', { name: 'Open in my browser' })).toBeFocused()
  await expect(failed(page)).toHaveCount(0)
  expect(await asked(page)).toEqual(['retrySignIn a', 'retrySignIn a'])
})

test('the sheet offers the same no more once the provider has refused it', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await signIn('window', 'denied')(page)
  await startFails(page, 'PROVIDER_REFUSED')
  await tryAgain(page).press('Enter')
  await expect(failed(page)).toContainText('PROVIDER_REFUSED')
  await expect(tryAgain(page)).toHaveCount(0)
})

test('a sheet that was put away while it started says nothing of its end', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await signIn('window', 'denied')(page)
  await page.evaluate(() => globalThis.fakes.vault.failNext('retrySignIn', 'SIGN_IN_CANCELLED'))
  await tryAgain(page).press('Enter')
  await expect(failed(page)).toHaveCount(0)
  await settled(page)
  await expect(page.getByText('SIGN_IN_CANCELLED')).toHaveCount(0)
})

test('a sheet that is put away tells the vault to forget, and does not come back', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await signIn('window', 'denied')(page)
  await page.keyboard.press('Escape')
  await expect(failed(page)).toHaveCount(0)
  expect(await asked(page)).toEqual(['dismissSignIn a'])
  const left = await page.evaluate(async () => {
    const snapshot = await globalThis.fakes.vault.bridge.getSnapshot()
    return snapshot.ok ? snapshot.value.signIns : null
  })
  expect(left).toEqual([])
})

test('what the vault keeps no more is said, and its sheet goes', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await signIn('window', 'denied')(page)
  await page.evaluate(() => globalThis.fakes.vault.failNext('retrySignIn', 'INVALID_REQUEST'))
  await tryAgain(page).press('Enter')
  await expect(failed(page)).toHaveCount(0)
  await expect(page.getByText('INVALID_REQUEST')).toBeVisible()
})

test('a sheet goes when its sign-in was dismissed elsewhere', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await signIn('window', 'denied')(page)
  await expect(tryAgain(page)).toBeVisible()
  await page.evaluate(() => globalThis.fakes.vault.emit('signInDismissed', { attempt: 'a' }))
  await expect(failed(page)).toHaveCount(0)
})
