import { expect, type Locator, type Page } from '@playwright/test'
import { allowDevice } from '../../test/support/openid-device-browser.ts'
import { browseToRedirect } from '../../test/support/openid-browser.ts'
import { type Disturbance, type OpenIdProvider } from '../../test/support/openid-provider.ts'
import { type Canary, newCanary } from '../../test/support/canary-scan.ts'
import { allowAt, spy, type VaultApp } from '../support/vault-app.ts'

export const SCOPES = ['openid', 'offline_access', 'email', 'registry:read']

/** A vault, its provider, and every secret chosen so far. */
export type Life = {
  readonly vault: VaultApp
  readonly provider: OpenIdProvider
  readonly canaries: Canary[]
  /** Collects all evidence now. */
  readonly look: () => Promise<void>
}

export function chosen({ canaries }: Life, kind: Canary['kind']): string {
  const canary = newCanary(kind)
  canaries.push(canary)
  return canary.value
}

/** A sign-in that works after a refusal on the provider's page and a code from a stranger. */
export async function signInAfterTrouble(life: Life): Promise<void> {
  const { vault, provider } = life
  const refusing = await vault.signInByIssuer(provider, 'Example ID', SCOPES)
  await refusing.getByRole('button', { name: 'Cancel' }).click()
  await closeSheet(vault, 'SIGN_IN_DENIED')
  const page = await vault.signInByIssuer(provider, 'Example ID', SCOPES)
  const stranger = new URL(await vault.redirectUri(page))
  stranger.search = new URLSearchParams({ code: chosen(life, 'code'), state: 'wrong' }).toString()
  expect((await fetch(stranger)).status).toBe(400)
  await allowAt(page, 'ana')
  await expect(vault.row('ana@example.test')).toContainText('Valid')
}

/** Token responses that can not be used, each with tokens in it, and the window's text for each. */
export async function refreshWithBadAnswers(life: Life): Promise<void> {
  const { vault, provider } = life
  const id = await vault.storageKey('Example ID')
  const problems: string[] = []
  for (const disturbance of badAnswers(life)) {
    provider.disturb(({ path }) => (path === '/token' ? disturbance : null))
    const result = await vault.page.evaluate((entry) => window.vault.refresh(entry), id)
    problems.push(result.ok ? 'none' : result.problem.code)
    await expect(vault.row('ana@example.test')).toContainText('Refresh failing')
  }
  expect(new Set(problems)).toEqual(new Set(['PROVIDER_REFUSED', 'REFRESH_UNREACHABLE']))
  await vault.select('Example ID')
  await life.look()
  provider.disturb(null)
  await vault.detail.getByRole('button', { name: 'Retry now' }).click()
  await expect(vault.row('ana@example.test')).toContainText('Valid')
}

function badAnswers(life: Life): readonly Disturbance[] {
  const answer = (status: number, body: string, type = 'application/json'): Disturbance => ({
    kind: 'answer',
    status,
    body,
    headers: { 'content-type': type, 'www-authenticate': `Bearer error="${chosen(life, 'access-token')}"` }
  })
  const access = (): string => chosen(life, 'access-token')
  const tokens = (): string =>
    `"access_token":"${access()}","refresh_token":"${chosen(life, 'refresh-token')}"`
  return [
    { kind: 'answer', status: 503, body: `{${tokens()}}` },
    answer(200, `{${tokens()},"expires_in":`),
    answer(
      200,
      `{"access_token":{"value":"${access()}"},"refresh_token":["${chosen(life, 'refresh-token')}"]}`
    ),
    answer(200, `<html>${access()}</html>`, 'text/html'),
    answer(200, access(), 'text/plain'),
    answer(400, `{"error":"invalid_request","error_description":"${access()}","error_uri":"x:${access()}"}`),
    answer(400, `{"error":"${access()}"}`),
    answer(302, tokens())
  ]
}

/** A sign-in whose tokens come with an unsigned ID token. */
export async function signInWithBadIdToken(life: Life): Promise<void> {
  const { vault, provider } = life
  const page = await vault.signInByIssuer(provider, 'Example ID', SCOPES)
  const parts = ['access-token', 'refresh-token', 'id-token'] as const
  const [access, refresh, id] = parts.map((kind) => chosen(life, kind))
  const body = { access_token: access, refresh_token: refresh, id_token: id, token_type: 'bearer' }
  provider.disturb(({ path }) =>
    path === '/token' ? { kind: 'answer', status: 200, body: JSON.stringify(body) } : null
  )
  await allowAt(page, 'ana')
  await closeSheet(vault, 'PROVIDER_REFUSED')
  provider.disturb(null)
}

/** A grant that the person has revoked at the provider; one click repairs it. */
export async function revokeAndRepair({ vault, provider }: Life): Promise<void> {
  provider.revokeGrants('ana')
  const row = vault.row('ana@example.test')
  await row.getByRole('button', { name: 'Refresh' }).click()
  await expect(row).toContainText('Needs sign-in')
  await vault.select('Example ID')
  const opened = vault.providerPage(provider.issuer)
  await vault.detail.getByRole('button', { name: 'Sign in again' }).click()
  await allowAt(await opened, 'ana')
  await expect(row).toContainText('Valid')
}

/** A client with a secret: first a wrong one, then the right one, which is retried after a refusal. */
export async function signInWithClientSecret(life: Life): Promise<void> {
  const { vault, provider } = life
  const { clientSecret } = provider.confidential
  life.canaries.push({ kind: 'client-secret', value: clientSecret })
  await allowAt(await openWithSecret(life, chosen(life, 'client-secret')), 'bob')
  await closeSheet(vault, 'CLIENT_REFUSED')
  await (await openWithSecret(life, clientSecret)).getByRole('button', { name: 'Cancel' }).click()
  await expect(failedSheet(vault)).toContainText('SIGN_IN_DENIED')
  await expect.poll(() => vault.app.windows().length).toBe(1)
  await life.look() // while the vault still has the secret
  const opened = vault.providerPage(provider.issuer)
  await failedSheet(vault).getByRole('button', { name: 'Try again' }).click()
  await allowAt(await opened, 'bob')
  await expect(vault.row('bob@example.test')).toContainText('Valid')
}

/** Opens the provider's page with that secret of its client. */
async function openWithSecret({ vault, provider }: Life, secret: string): Promise<Page> {
  const { issuer } = provider
  await vault.fillCustomProvider({ issuer, clientId: provider.confidential.clientId }, 'Example ID', SCOPES)
  const dialog = vault.page.getByRole('dialog')
  await dialog.getByLabel('Client secret').focus()
  await vault.page.keyboard.insertText(secret)
  const opened = vault.providerPage(issuer)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  return await opened
}

/** A sign-in by code on another device; the device code stays in the vault. */
export async function signInByCode({ vault, provider, look }: Life): Promise<void> {
  await vault.signInByIssuer(provider, 'Example ID', SCOPES)
  const sheet = vault.page.getByRole('dialog', { name: 'Signing in to Example ID' })
  await sheet.getByRole('button', { name: 'Use a code' }).click()
  const code = (await sheet.getByRole('status', { name: 'Code' }).textContent()) ?? ''
  await look()
  await allowDevice(`${provider.issuer}/device`, code, { login: 'dora' })
  await expect(vault.row('dora@example.test')).toContainText('Valid', { timeout: 15_000 })
}

/** A sign-in in the person's own browser: a foreign address pasted in both windows, then the right one. */
export async function signInByPaste(life: Life): Promise<void> {
  const { vault, provider } = life
  await vault.alwaysUseBrowser()
  await vault.fillCustomProvider(provider, 'Example ID', SCOPES)
  await vault.page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click()
  await expect.poll(() => spy.opened(vault.app)).toHaveLength(1)
  const address = await browseToRedirect((await spy.opened(vault.app))[0]!, { login: 'cleo' })
  const sheet = vault.page.getByRole('dialog', { name: 'Signing in to Example ID' })
  for (const place of [await vault.strip(), sheet]) {
    await place.getByText('Browser didn’t return?').click()
    const field = place.getByRole('textbox', { name: 'Last address in the browser' })
    await field.fill(`http://127.0.0.1:1/callback?code=${chosen(life, 'code')}&state=y`)
    await place.getByRole('button', { name: 'Use this address' }).click()
    await expect(place.getByText('INVALID_REQUEST')).toBeVisible()
  }
  await life.look()
  await sheet.getByRole('textbox', { name: 'Last address in the browser' }).fill(address)
  await sheet.getByRole('button', { name: 'Use this address' }).click()
  await expect(vault.row('cleo@example.test')).toContainText('Valid')
}

const failedSheet = (vault: VaultApp): Locator =>
  vault.page.getByRole('dialog', { name: 'Sign-in to Example ID failed' })

/** Checks the reason that a failed sign-in shows, and dismisses it. */
async function closeSheet(vault: VaultApp, code: string): Promise<void> {
  const sheet = failedSheet(vault)
  await expect(sheet).toContainText(code)
  await sheet.getByRole('button', { name: 'Close' }).last().click()
  await sheet.waitFor({ state: 'hidden' })
}
