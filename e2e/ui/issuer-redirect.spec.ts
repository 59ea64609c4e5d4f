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

test('the redirect address of an issuer is shown once it was asked, and is copied', async ({ ui }) => {
  const page = await ui.open()
  await ask(page, 'Custom OpenID / OAuth', 'Issuer URL', 'https://sso.example.net/realms/main')
  await expect(address(page)).toHaveText('http://127.0.0.1/callback/5f2c1e90ab34d786')
  await dialog(page).getByRole('button', { name: 'Copy redirect address' }).click()
  await expect(dialog(page).getByText('Copied')).toBeVisible()
})

test('an issuer that fails a check gets no redirect address', async ({ ui }) => {
  const page = await ui.open()
  await ask(page, 'Custom OpenID / OAuth', 'Issuer URL', 'https://bad.example.net')
  await expect(dialog(page).getByText('Latchkey does not sign in at a server')).toBeVisible()
  await expect(address(page)).toHaveCount(0)
})

test('an MCP server where a client has to be brought shows what to register it with', async ({ ui }) => {
  const page = await ui.open()
  await ask(page, 'MCP server', 'Address of the server', 'https://closed.example.net/mcp')
  await expect(address(page)).toHaveText('http://127.0.0.1/callback')
})
