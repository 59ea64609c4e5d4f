import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { expect } from '@playwright/test'
import type { ProtectedResourceServer } from '../../test/support/protected-resource-server.ts'
import { allowAt } from '../support/vault-app.ts'
import type { Life } from './whole-life.ts'

type StoredGrant = {
  readonly provider: { readonly dpop: boolean; readonly resource: string | null }
  readonly clientSecret: string | null
  readonly accessToken: string
  readonly tokenType: string
  readonly dpopKey?: string
}

/** Changes the provider's row in the stored entry to tokens bound to a key, then signs in and refreshes. */
export async function signInBoundToKey(life: Life, account: string): Promise<void> {
  const { vault, provider, canaries } = life
  const row = vault.row(account)
  const id = await storageKey(life, ({ account: found }) => found === account)
  const before = grantAt(id)
  keyring('store', id, JSON.stringify({ ...before, provider: { ...before.provider, dpop: true } }))
  await row.getByText(account, { exact: true }).click()
  await vault.detail.getByRole('button', { name: 'Test now' }).click()
  await expect(vault.detail).toContainText('Works')
  const opened = vault.providerPage(provider.issuer)
  await vault.page.evaluate((credential) => window.vault.startSignIn({ kind: 'again', credential }), id)
  await allowAt(await opened, account.split('@')[0] ?? '')
  await expect.poll(() => grantAt(id).tokenType).toBe('DPoP')
  const bound = grantAt(id)
  await row.getByRole('button', { name: 'Refresh' }).click()
  await expect.poll(() => grantAt(id).accessToken).not.toBe(bound.accessToken)
  const renewed = grantAt(id)
  expect([renewed.tokenType, renewed.dpopKey]).toEqual(['DPoP', bound.dpopKey])
  const key = JSON.parse(renewed.dpopKey ?? '{}') as { d?: string }
  expect(key.d).toMatch(/^[\w-]{43}$/)
  canaries.push({ kind: 'dpop-key', value: key.d ?? '' })
}

/**
 * Signs in at a remote MCP server whose authorization server registers clients, and gives them a secret and a
 * token of their own.
 */
export async function signInAtMcpServer(life: Life, server: ProtectedResourceServer): Promise<void> {
  const { vault, provider, canaries } = life
  const { answer, clientSecret, manages } = await registerAt(provider.issuer)
  canaries.push(
    { kind: 'registration-token', value: manages },
    { kind: 'client-secret', value: clientSecret }
  )
  provider.disturb(({ path }) => (path === '/reg' ? { kind: 'answer', status: 201, body: answer } : null))
  const dialog = await vault.openAdd('MCP server')
  await dialog.getByRole('textbox', { name: 'Server address' }).fill(server.url)
  await dialog.getByRole('button', { name: 'Check server' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Files')
  // Other sign-ins use the same authorization server, so no scope is chosen that the server only lists.
  await dialog.getByRole('button', { name: 'Add registry:read' }).click()
  const opened = vault.providerPage(provider.issuer)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await allowAt(await opened, 'emil')
  await expect(vault.row('Files')).toContainText('Valid')
  provider.disturb(null)
  const id = await storageKey(life, ({ name }) => name === 'Files')
  const first = grantAt(id)
  expect(first).toMatchObject({ clientSecret, provider: { resource: server.url } })
  await vault.row('Files').getByRole('button', { name: 'Refresh' }).click()
  await expect.poll(() => grantAt(id).accessToken).not.toBe(first.accessToken)
  await vault.select('Files')
  await vault.detail.getByRole('button', { name: 'Test now' }).click()
  await expect(vault.detail).toContainText('The MCP server accepted the token.')
}

type Registered = { readonly client_secret: string; readonly registration_access_token: string }

/**
 * Registers at this issuer as Latchkey does, but for a client with a secret; returns the response that
 * Latchkey will get.
 */
async function registerAt(issuer: string) {
  const mark = createHash('sha256').update(issuer).digest('hex').slice(0, 16)
  const response = await fetch(`${issuer}/reg`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      redirect_uris: [`http://127.0.0.1/mcp/${mark}`],
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_post'
    })
  })
  const answer = await response.text()
  expect([response.status, answer]).toEqual([201, expect.stringContaining('client_secret')])
  const { client_secret: clientSecret, registration_access_token: manages } = JSON.parse(answer) as Registered
  return { answer, clientSecret, manages }
}

type Shown = { readonly id: string; readonly name: string; readonly account: string }

async function storageKey({ vault }: Life, isIt: (entry: Shown) => boolean): Promise<string> {
  const found = (await vault.credentials()).filter(isIt)
  if (found.length !== 1) throw new Error(`${String(found.length)} entries are that one.`)
  return found[0]!.id
}

function grantAt(id: string): StoredGrant {
  return JSON.parse(keyring('lookup', id)) as StoredGrant
}

/** Runs the keyring's own tool; a value to store goes to it through a pipe. */
function keyring(verb: 'lookup' | 'store', id: string, input = ''): string {
  const label = verb === 'store' ? ['--label=latchkey'] : []
  const args = [verb, ...label, 'service', 'latchkey', 'username', id]
  const { status, stdout } = spawnSync('secret-tool', args, { encoding: 'utf8', input })
  if (status !== 0) throw new Error(`secret-tool ${verb} ended with ${String(status)}.`)
  return stdout
}
