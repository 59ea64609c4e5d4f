import { expect } from '@playwright/test'
import { secretForms } from '../../test/support/canary-forms.ts'
import { allowAt } from '../support/vault-app.ts'
import { type Life, SCOPES } from './whole-life.ts'

type Tokens = {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
  readonly scope?: string
}

/**
 * A server writes its issued secrets into stored and displayed values: scopes, types, names, codes,
 * addresses.
 */
export async function quoteSecretsBack(life: Life): Promise<void> {
  await inTokensOfSignIn(life)
  await inScopesOfRefresh(life)
  await inCodeForPeople(life)
  life.provider.disturb(null)
}

async function inTokensOfSignIn({ vault, provider, look }: Life): Promise<void> {
  const page = await vault.signInByIssuer(provider, 'Example ID', SCOPES)
  rewriteTokens(provider, (tokens) => ({
    ...tokens,
    scope: `${tokens.scope ?? ''} ${tokens.access_token} ${hexOf(tokens.refresh_token)}`,
    token_type: tokens.refresh_token.slice(0, 40),
    id_token: withClaims(tokens.id_token, {
      email: `${tokens.access_token}@example.test`,
      preferred_username: tokens.refresh_token.toUpperCase(),
      name: Buffer.from(tokens.access_token).toString('base64'),
      sub: hexOf(tokens.access_token)
    })
  }))
  await allowAt(page, 'gwen')
  await expect.poll(() => quoted(vault)).toHaveLength(1)
  await expect.poll(() => vault.app.windows().length).toBe(1)
  await look()
}

/** Sends each searched form of a secret as a scope, one refresh after the other. */
async function inScopesOfRefresh({ vault, provider, look }: Life): Promise<void> {
  const [id = ''] = await quoted(vault)
  const names = secretForms('a'.repeat(64)).map(({ name }) => name)
  for (const name of names.filter((form) => !form.startsWith('UTF-16'))) {
    rewriteTokens(provider, (tokens) => {
      const scopes = [tokens.access_token, tokens.refresh_token].map((secret) => formOf(secret, name))
      return { ...tokens, scope: ['openid', ...scopes].join(' ') }
    })
    const result = await vault.page.evaluate((entry) => window.vault.refresh(entry), id)
    expect(result.ok).toBe(true)
  }
  await look()
}

async function inCodeForPeople({ vault, provider, look }: Life): Promise<void> {
  provider.disturb(({ path }) => {
    if (path !== '/device/auth') return null
    const change = (body: string): string => {
      const device = JSON.parse(body) as { device_code: string }
      return JSON.stringify({ ...device, user_code: device.device_code.slice(0, 40) })
    }
    return { kind: 'rewrite', change }
  })
  await vault.signInByIssuer(provider, 'Example ID', SCOPES)
  const sheet = vault.page.getByRole('dialog', { name: 'Signing in to Example ID' })
  await sheet.getByRole('button', { name: 'Use a code' }).click()
  await expect(sheet.getByRole('alert')).toContainText('contains a secret of the sign-in')
  await look()
  await sheet.getByRole('button', { name: 'Cancel' }).click()
  await expect.poll(() => vault.app.windows().length).toBe(1)
}

function rewriteTokens(provider: Life['provider'], change: (tokens: Tokens) => object): void {
  provider.disturb(({ path }) =>
    path === '/token'
      ? { kind: 'rewrite', change: (body) => JSON.stringify(change(JSON.parse(body) as Tokens)) }
      : null
  )
}

/**
 * Returns the ID token with other claims. A client that gets it directly from the token endpoint does not
 * check its signature.
 */
function withClaims(idToken: string, claims: object): string {
  const [header = '', payload = '', signature = ''] = idToken.split('.')
  const all: object = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const changed = Buffer.from(JSON.stringify({ ...all, ...claims })).toString('base64url')
  return [header, changed, signature].join('.')
}

const hexOf = (secret: string): string => Buffer.from(secret).toString('hex')

function formOf(secret: string, name: string): string {
  return (
    secretForms(secret)
      .find((form) => form.name === name)
      ?.bytes.toString() ?? secret
  )
}

/** Returns the entries of a server that named no account. */
async function quoted(vault: Life['vault']): Promise<readonly string[]> {
  const entries = await vault.credentials()
  return entries
    .filter(({ name, account }) => name === 'Example ID' && !account.includes('@'))
    .map(({ id }) => id)
}
