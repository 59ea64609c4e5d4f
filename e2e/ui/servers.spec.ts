import { type Page, expect } from '@playwright/test'
import { settled, test } from './ui-fixture.ts'

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Add a credential' })
const address = (page: Page) => dialog(page).getByText(/^http:\/\/127\.0\.0\.1\/callback/)

async function ask(page: Page, tab: string, label: string, server: string): Promise<void> {
  await settled(page)
  await page.getByRole('button', { name: 'Add', exact: true }).first().click()
  await dialog(page).getByRole('tab', { name: tab }).click()
  await expect(address(page)).toHaveCount(0)
  await dialog(page).getByLabel(label).fill(server)
  await page.keyboard.press('Enter')
}

const started = (page: Page): Promise<unknown[]> =>
  page.evaluate(() =>
    globalThis.fakes.vault.calls.flatMap(({ name, args }) => (name === 'startSignIn' ? args : []))
  )

test('the redirect URI of an issuer is shown once it was asked, and is copied', async ({ ui }) => {
  const page = await ui.open()
  await ask(page, 'Custom OpenID / OAuth', 'Issuer URL', 'https://sso.example.net/realms/main')
  await expect(address(page)).toHaveText('http://127.0.0.1/callback/5f2c1e90ab34d786')
  await dialog(page).getByRole('button', { name: 'Copy redirect URI' }).click()
  await expect(dialog(page).getByText('Copied')).toBeVisible()
})

test('an issuer that fails a check gets no redirect URI', async ({ ui }) => {
  const page = await ui.open()
  await ask(page, 'Custom OpenID / OAuth', 'Issuer URL', 'https://bad.example.net')
  await expect(dialog(page).getByText('Sign-in blocked')).toBeVisible()
  await expect(address(page)).toHaveCount(0)
})

test('an MCP server where a client has to be brought shows what to register it with', async ({ ui }) => {
  const page = await ui.open()
  await ask(page, 'MCP server', 'Server address', 'https://closed.example.net/mcp')
  await expect(address(page)).toHaveText('http://127.0.0.1/callback')
  await expect(dialog(page)).toContainText('No automatic registration')
  await dialog(page).getByRole('textbox', { name: 'Name' }).fill('Files')
  await dialog(page).getByRole('button', { name: 'Continue' }).click()
  await expect(dialog(page).getByText('Enter the client ID')).toBeVisible()
  expect(await started(page)).toEqual([])
  await dialog(page).getByRole('textbox', { name: 'Client ID' }).fill('my-client')
  await dialog(page).getByRole('button', { name: 'Continue' }).click()
  await expect.poll(() => started(page)).toMatchObject([{ provider: { kind: 'mcp', clientId: 'my-client' } }])
})

test('what is unusual at an MCP server is said before anyone signs in there', async ({ ui }) => {
  const page = await ui.open()
  await ask(page, 'MCP server', 'Server address', 'https://older.example.net/mcp')
  await expect(dialog(page)).toContainText('follows an older version of MCP')
  await dialog(page).getByLabel('Server address').fill('https://unreachable.example.net/mcp')
  await page.keyboard.press('Enter')
  await expect(dialog(page)).toContainText('PROVIDER_UNREACHABLE')
  await expect(dialog(page).getByRole('textbox', { name: 'Name' })).toBeHidden()
})

test.describe('an address without https://', () => {
  for (const [tab, label, server] of [
    ['Custom OpenID / OAuth', 'Issuer URL', 'sso.example.net/realms/main'],
    ['MCP server', 'Server address', 'mcp.example.com/mcp']
  ] as const) {
    test(`is completed in its field, and asked: ${tab}`, async ({ ui }) => {
      const page = await ui.open()
      await ask(page, tab, label, server)
      await expect(dialog(page).getByLabel(label)).toHaveValue(`https://${server}`)
      await expect(dialog(page).getByText('Enter a full https:// address', { exact: false })).toHaveCount(0)
    })
  }
})
