import { type Page, expect } from '@playwright/test'
import type { CredentialStatus } from '#shared/credential.ts'
import { atName } from './list-row.ts'
import { giveFirst, settled, test } from './ui-fixture.ts'

const since = '2026-11-20T12:00:00.000Z'
const refused: CredentialStatus = { kind: 'refresh-failing', code: 'CLIENT_REFUSED', nextTryAt: null }
const dialog = (page: Page) => page.getByRole('dialog', { name: /^Change the client of/ })
const calls = (page: Page, name: string) =>
  page.evaluate((wanted) => globalThis.fakes.vault.calls.filter((call) => call.name === wanted), name)

async function openDialog(page: Page, name: string): Promise<void> {
  await page.getByRole('region', { name }).getByRole('button', { name: 'Change client…' }).press('Enter')
  await expect(dialog(page).getByLabel('Client ID')).toBeVisible()
}

test('a refused client is corrected from the banner by the keyboard, and the refresh is tried at once', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  await giveFirst(page, { status: refused })
  await openDialog(page, 'Client refused')
  const secret = dialog(page).getByLabel(/^Client secret/)
  await expect(secret).toHaveAttribute('placeholder', 'unchanged')
  await expect(secret).toHaveValue('')
  await expect(dialog(page).getByRole('button', { name: 'Save' })).toBeDisabled()
  await secret.focus()
  await page.keyboard.insertText('not-a-real-secret')
  await ui.audit(page)
  await page.keyboard.press('Enter')
  await expect(dialog(page)).toBeHidden()
  await expect(page.getByRole('dialog').getByText(/ refreshed$/)).toBeVisible()
  expect((await calls(page, 'refresh')).length).toBe(1)
  const [change] = await calls(page, 'changeClient')
  expect(change?.args).toMatchObject([{ secret: { kind: 'set', secret: 'not-a-real-secret' } }])
})

test('another client ID is said to need a sign-in, which is one press away', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await giveFirst(page, { status: { kind: 'needs-sign-in', code: 'CLIENT_CHANGED', since } })
  await openDialog(page, 'Client changed')
  await dialog(page).getByLabel('Client ID').fill('another-client')
  await expect(dialog(page).getByText('may refuse to refresh this sign-in')).toBeVisible()
  await ui.audit(page)
  await dialog(page).getByRole('button', { name: 'Save and sign in again' }).click()
  await expect(page.getByRole('dialog', { name: /^Signing in to/ })).toBeVisible()
  expect((await calls(page, 'changeClient'))[0]?.args).toMatchObject([
    { clientId: 'another-client', secret: { kind: 'keep' } }
  ])
  expect(await calls(page, 'refresh')).toEqual([])
})

test('a secret goes only when that is asked for, and the address to register is copied', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await page.getByRole('row', { name: /^GitLab/ }).click(atName)
  await page.getByRole('main').getByRole('button', { name: 'Change client…' }).click()
  await dialog(page).getByRole('button', { name: 'Copy redirect URI' }).click()
  await expect(dialog(page).getByText('Copied')).toBeVisible()
  await dialog(page).getByRole('checkbox', { name: 'Remove the secret' }).click()
  await expect(dialog(page).getByLabel(/^Client secret/)).toBeDisabled()
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(/^Client of .* changed$/)).toBeVisible()
  expect((await calls(page, 'changeClient'))[0]?.args).toMatchObject([{ secret: { kind: 'remove' } }])
})

test('a refusal keeps what was typed and says why', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await giveFirst(page, { status: refused })
  await openDialog(page, 'Client refused')
  await page.evaluate(() => globalThis.fakes.vault.failNext('changeClient', 'STORE_WRITE_FAILED'))
  await dialog(page).getByLabel('Client ID').fill('another-client')
  await dialog(page).getByRole('button', { name: 'Save', exact: true }).click()
  await expect(dialog(page).getByRole('alert')).toContainText('STORE_WRITE_FAILED')
  await expect(dialog(page).getByLabel('Client ID')).toHaveValue('another-client')
})

test('a refresh that fails by the client or by a consent has the button that repairs it', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await giveFirst(page, { missingScopes: ['registry:write'] })
  for (const [code, button, title] of [
    ['CLIENT_REFUSED', 'Change client…', /^Change the client of/],
    ['CONSENT_REQUIRED', 'Change scopes…', /^Change the scopes of/]
  ] as const) {
    await page.evaluate((each) => globalThis.fakes.vault.failNext('refresh', each), code)
    await page.getByRole('main').getByRole('button', { name: 'Refresh', exact: true }).first().click()
    const toast = page.getByRole('dialog').filter({ hasText: code })
    await toast.getByRole('button', { name: button }).press('Enter')
    await expect(page.getByRole('dialog', { name: title })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog', { name: title })).toBeHidden()
  }
})

test('a scope that is missing stands in the dialog before anything is typed', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await giveFirst(page, {
    scopes: ['openid'],
    missingScopes: ['registry:write'],
    status: { kind: 'needs-sign-in', code: 'SCOPE_MISSING', since }
  })
  const banner = page.getByRole('main').locator('section').filter({ hasText: 'SCOPE_MISSING' }).last()
  await banner.getByRole('button', { name: 'Change scopes…' }).press('Enter')
  const scopes = page.getByRole('dialog', { name: /^Change the scopes of/ })
  await expect(scopes.getByRole('list', { name: 'Added' })).toHaveText('registry:write')
  await ui.audit(page)
  await scopes.getByRole('button', { name: 'Sign in again' }).press('Enter')
  await expect(page.getByRole('dialog', { name: /^Signing in to/ })).toBeVisible()
  const [start] = await calls(page, 'startSignIn')
  expect(start?.args).toMatchObject([{ kind: 'again', scopes: ['openid', 'registry:write'] }])
})

test('a consent that is missing without a scope to add can be asked for again as it is', async ({ ui }) => {
  const page = await ui.open()
  await settled(page)
  await giveFirst(page, {
    scopes: ['openid'],
    missingScopes: [],
    status: { kind: 'needs-sign-in', code: 'CONSENT_REQUIRED', since }
  })
  await page
    .getByRole('region', { name: 'Needs new consent' })
    .getByRole('button', { name: 'Change scopes…' })
    .click()
  const scopes = page.getByRole('dialog', { name: /^Change the scopes of/ })
  await expect(scopes).toContainText('Asks for the same scopes again.')
  await scopes.getByRole('button', { name: 'Sign in again' }).click()
  await expect(page.getByRole('dialog', { name: /^Signing in to/ })).toBeVisible()
})

test('a sign-in that the provider has refused leads to its client, which may be what is wrong', async ({
  ui
}) => {
  const page = await ui.open()
  await settled(page)
  await giveFirst(page, {})
  const refuse = (mayRegister: boolean) =>
    page.evaluate((registers) => {
      const { vault, seeds } = globalThis.fakes
      const first = vault.credentials().find(({ name }) => name === 'Google Workspace')
      if (first === undefined) throw new Error('There is no sign-in.')
      vault.setSignIn({
        attempt: `refused-${String(registers)}`,
        service: first.service,
        name: first.name,
        host: 'accounts.google.com',
        surface: 'window',
        device: null,
        offersCode: false,
        again: { credential: first.id, mayRegister: registers },
        state: { kind: 'failed', problem: seeds.problem('PROVIDER_REFUSED'), canRetry: false }
      })
    }, mayRegister)
  const sheet = page.getByRole('dialog', { name: /^Sign(ing in|-in) to/ })
  await refuse(true)
  await expect(sheet.getByRole('button', { name: 'Change client…' })).toHaveCount(0)
  await sheet.getByRole('button', { name: 'Register again and sign in' }).press('Enter')
  await expect.poll(() => calls(page, 'startSignIn')).toMatchObject([{ args: [{ newClient: true }] }])
  await sheet.getByRole('button', { name: 'Cancel' }).click()
  await refuse(false)
  await sheet.getByRole('button', { name: 'Change client…' }).press('Enter')
  await expect(dialog(page).getByLabel('Client ID')).toBeVisible()
  await expect(sheet).toBeHidden()
})
