import type { Locator, Page } from '@playwright/test'
import { expect, giveFirst, settled, test } from './ui-fixture.ts'

const PASSWORD = 'correct horse battery staple'

const addDialog = (page: Page): Locator => page.getByRole('dialog', { name: 'Add a credential' })

async function openForm(page: Page): Promise<Locator> {
  await settled(page)
  await page.getByRole('button', { name: 'Add', exact: true }).first().click()
  const dialog = addDialog(page)
  await dialog.getByRole('button', { name: /^Supabase Auth/ }).click()
  return dialog
}

async function fill(dialog: Locator, password: string): Promise<void> {
  await dialog.getByLabel('Project address').fill('https://abcdefgh.supabase.co')
  await dialog.getByLabel('Publishable key').fill('sb_publishable_made_up')
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill('ana@example.test')
  await dialog.getByLabel('Password', { exact: true }).fill(password)
}

test('the form says whose sign-in it is, and a refusal stands in sight at its field', async ({ ui }) => {
  const page = await ui.open()
  const dialog = await openForm(page)
  await expect(dialog).toContainText('sends your password to the project once')
  await fill(dialog, 'wrong')
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText('does not accept this e-mail address')
  await expect(dialog.getByRole('alert')).toBeInViewport({ ratio: 1 })
})

test('the password leaves its field when it is sent, whether it was right or wrong', async ({ ui }) => {
  const page = await ui.open({ delay: 300 })
  const dialog = await openForm(page)
  const field = dialog.getByLabel('Password', { exact: true })
  await fill(dialog, 'wrong')
  await field.press('Enter')
  await expect(dialog.getByRole('button', { name: 'Signing in…' })).toBeVisible()
  await expect(field).toHaveValue('')
  await expect(dialog.getByRole('alert')).toBeVisible()
  await expect(field).toBeFocused()
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await expect(dialog.getByRole('textbox', { name: 'E-mail' })).toHaveValue('ana@example.test')
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(field).toHaveValue('')
  await dialog.waitFor({ state: 'hidden' })
  await expect(page.getByRole('row', { name: /abcdefgh\.supabase\.co/ })).toBeVisible()
  expect(await page.content()).not.toContain(PASSWORD)
})

test('what is missing is said at its field, and the first of them has the focus', async ({ ui }) => {
  const page = await ui.open()
  const dialog = await openForm(page)
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(dialog.getByLabel('Project address')).toBeFocused()
  await expect(dialog.getByRole('alert')).toHaveCount(4)
  const asked = await page.evaluate(() => globalThis.fakes.vault.calls.map(({ name }) => name))
  expect(asked).not.toContain('signInWithPassword')
  await ui.audit(page)
})

test('by the keyboard alone: the project is chosen, filled in and signed in to', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await page.keyboard.press('Control+n')
  const dialog = addDialog(page)
  await dialog.getByRole('searchbox', { name: 'Search a service or paste a key' }).focus()
  await page.keyboard.type('supabase')
  await expect(dialog.getByRole('list')).toHaveCount(2)
  await page.keyboard.press('Enter')
  await expect(dialog.getByLabel('Project address')).toBeFocused()
  await page.keyboard.type('https://abcdefgh.supabase.co')
  await page.keyboard.press('Tab')
  await page.keyboard.type('sb_publishable_made_up')
  await page.keyboard.press('Tab')
  await expect(dialog.getByRole('button', { name: 'Where to find the key' })).toBeFocused()
  for (const text of ['ana@example.test', PASSWORD]) {
    await page.keyboard.press('Tab')
    await page.keyboard.type(text)
  }
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'hidden' })
  await expect(page.getByRole('row', { name: /abcdefgh\.supabase\.co/ })).toBeVisible()
})

for (const code of ['REFRESH_REJECTED', 'CLIENT_REFUSED'] as const) {
  test(`signing in again after ${code} asks here: the account is there, and the focus is on the password`, async ({
    ui
  }) => {
    const page = await ui.open()
    await settled(page)
    const since = '2026-11-20T12:00:00.000Z'
    const status = { kind: 'needs-sign-in', code, since } as const
    const account = 'ana@example.test'
    const name = await giveFirst(page, { status, account, signsInBy: 'password', clientId: null })
    await page.getByRole('main').getByRole('button', { name: 'Sign in again' }).first().click()
    const dialog = page.getByRole('dialog', { name: `Sign in to ${name} again` })
    await expect(dialog.getByRole('textbox', { name: 'E-mail' })).toHaveValue(account)
    await expect(dialog.getByLabel('Password', { exact: true })).toBeFocused()
    await expect(dialog.getByLabel('Publishable key')).toHaveValue('')
    await ui.audit(page)
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'hidden' })
    const requests = await page.evaluate(() =>
      globalThis.fakes.vault.calls
        .filter(({ name }) => name === 'signInWithPassword')
        .map(({ args }) => args[0])
    )
    expect(requests).toMatchObject([{ kind: 'again', email: account, projectKey: null }])
  })
}
