import { mcpConfiguration } from '../test/support/mcp-authorization.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../test/support/openid-provider.ts'
import {
  type ProtectedResourceServer,
  startProtectedResource
} from '../test/support/protected-resource-server.ts'
import { test as base, expect } from './fixture.ts'
import { allowAt, type VaultApp } from './support/vault-app.ts'

type Fixtures = { readonly mcp: McpPlace }
type McpPlace = {
  readonly issuer: OpenIdProvider
  readonly server: ProtectedResourceServer
  /** Scopes that a token needs for access from now on. */
  readonly needs: string[]
}

const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
  mcp: async ({}, use) => {
    const issuer = await startOpenIdProvider({ configuration: mcpConfiguration({ registers: true }) })
    const needs: string[] = []
    const server = await startProtectedResource({ issuer: issuer.issuer, needs })
    await use({ issuer, server, needs })
    await server.close()
    await issuer.close()
  }
})

async function askServer(vault: VaultApp, address: string) {
  const dialog = await vault.openAdd('MCP server')
  await dialog.getByRole('textbox', { name: 'Server address' }).fill(address)
  await dialog.getByRole('button', { name: 'Check server' }).click()
  return dialog
}

test('a remote MCP server is signed in to by its address, without a client ID', async ({ mcp, vault }) => {
  const dialog = await askServer(vault, mcp.server.url)
  await expect(dialog).toContainText('Latchkey registers itself.')
  await expect(dialog).toContainText(`The token is for ${mcp.server.url} and is sent nowhere else`)
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Files')
  const opened = vault.providerPage(mcp.issuer.issuer)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await allowAt(await opened, 'ana')
  await expect(vault.row('Files')).toContainText('Valid')
  await vault.select('Files')
  await expect(vault.detail).toContainText('registry:read')
  await expect(vault.detail.getByText('Tokens for').locator('..')).toContainText(mcp.server.url)
  await expect(vault.detail).toContainText('in the sign-in window')
  const asked = mcp.issuer.requests().filter((request) => request === 'POST /reg')
  expect(asked).toHaveLength(1)
})

async function signInTo(vault: VaultApp, mcp: McpPlace): Promise<void> {
  const dialog = await askServer(vault, mcp.server.url)
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Files')
  const opened = vault.providerPage(mcp.issuer.issuer)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await allowAt(await opened, 'ana')
  await expect(vault.row('Files')).toContainText('Valid')
  await vault.select('Files')
}

const registrations = ({ issuer }: McpPlace): number =>
  issuer.requests().filter((request) => request === 'POST /reg').length

test('a server that has forgotten Latchkey registers it again where the refresh was refused', async ({
  mcp,
  vault
}) => {
  await signInTo(vault, mcp)
  mcp.issuer.forgetClients()
  await vault.row('Files').getByRole('button', { name: 'Refresh' }).click()
  await expect(vault.row('Files')).toContainText('Client refused')
  const banner = vault.page.getByRole('region', { name: 'Client refused' })
  await banner.getByRole('button', { name: 'Change client…' }).press('Enter')
  const dialog = vault.page.getByRole('dialog', { name: 'Change the client of Files' })
  const opened = vault.providerPage(mcp.issuer.issuer)
  await dialog.getByRole('button', { name: 'Register again and sign in' }).press('Enter')
  await allowAt(await opened, 'ana')
  await expect(vault.row('Files')).toContainText('Valid')
  await expect(vault.page.getByRole('grid').getByRole('row')).toHaveCount(1)
  expect(registrations(mcp)).toBe(2)
})

test('a page that does not know the client any more is no dead end', async ({ mcp, vault }) => {
  await signInTo(vault, mcp)
  mcp.issuer.forgetClients()
  await vault.row('Files').getByRole('button', { name: 'More actions' }).click()
  const refused = vault.providerPage(mcp.issuer.issuer)
  await vault.page.getByRole('menuitem', { name: 'Sign in again' }).click()
  await expect((await refused).getByText('invalid_client')).toBeVisible()
  const sheet = vault.page.getByRole('dialog', { name: 'Signing in to Files' })
  await expect(sheet).toContainText('The server may have forgotten Latchkey')
  await sheet.getByRole('button', { name: 'Register again and sign in' }).click()
  await expect.poll(() => registrations(mcp)).toBe(2)
  await expect.poll(() => vault.app.windows().some((page) => page.url().includes('/interaction/'))).toBe(true)
  await allowAt(await vault.providerPage(`${mcp.issuer.issuer}/interaction`), 'ana')
  await expect(sheet).toBeHidden()
  await expect(vault.row('Files')).toContainText('Valid')
})

test('a server that wants more access says which, and signing in again asks for it beside what is granted', async ({
  mcp,
  vault
}) => {
  await signInTo(vault, mcp)
  const check = vault.detail.getByRole('button', { name: 'Test now' })
  await check.click()
  await expect(vault.detail).toContainText('The MCP server accepted the token.')
  mcp.needs.push('registry:read', 'registry:write')
  await check.click()
  await expect(vault.row('Files')).toContainText('Needs more access')
  await expect(vault.detail).toContainText('The MCP server wants more access: registry:write.')
  await vault.detail.getByRole('region', { name: 'Needs more access' }).locator('[data-fix]').click()
  const scopes = vault.page.getByRole('dialog').filter({ hasText: 'Files' })
  await expect(scopes.getByRole('list', { name: 'Added' })).toContainText('registry:write')
  const opened = vault.providerPage(mcp.issuer.issuer)
  await scopes.getByRole('button', { name: 'Sign in again' }).click()
  await allowAt(await opened, 'ana')
  await expect(vault.row('Files')).toContainText('Valid')
  await check.click()
  await expect(vault.detail).toContainText('The MCP server accepted the token.')
})

test('a server that names the authorization server of another one is told with it, and gets no scopes unasked', async ({
  mcp,
  vault
}) => {
  await signInTo(vault, mcp)
  const other = await startProtectedResource({ issuer: mcp.issuer.issuer })
  try {
    const dialog = await askServer(vault, other.url)
    const [known, asking] = [mcp.server.url, other.url].map((url) => new URL(url).host)
    await expect(dialog).toContainText(
      `You sign in at the same place for ${known}. This token goes to ${asking}`
    )
    await expect(dialog).toContainText('Latchkey registers itself.')
    await expect(dialog.getByRole('button', { name: 'Remove registry:read' })).toHaveCount(0)
    await dialog.getByRole('button', { name: 'Add registry:read' }).click()
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Other files')
    const opened = vault.providerPage(mcp.issuer.issuer)
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await allowAt(await opened, 'ana')
    await expect(vault.row('Other files')).toContainText('Valid')
    expect(registrations(mcp)).toBe(2)
  } finally {
    await other.close()
  }
})
