import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { credentialKey, refFromKey } from '#shared/credential.ts'
import type { VaultEvents } from '#shared/ipc.ts'
import { signInRequest } from '../support/oauth-world.ts'
import { browse } from '../support/openid-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts'
import { type Harness, newVaultHome, openTestVault, removeVaultHome } from '../support/vault-harness.ts'

const KEY = 'sk_test_0123456789abcdefghij'
const apiKey = {
  service: 'stripe',
  name: 'Stripe',
  account: 'acme',
  key: KEY,
  allowedHosts: ['api.stripe.com'],
  expiresAt: null,
  replace: false
}

let op: OpenIdProvider
let home = ''
let harness: Harness

beforeEach(async () => {
  op = await startOpenIdProvider({ accessTtl: 1 })
  home = await newVaultHome()
  harness = await openTestVault({ home })
})
afterEach(async () => {
  await harness.vault.close()
  await op.close()
  await removeVaultHome(home)
})

/** Signs in as a person would, and returns the id of the entry. */
async function signIn({ vault, surface }: Harness): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<VaultEvents['signInChanged']['state']>()
  const stop = vault.on('signInChanged', ({ state }) => {
    if (state.kind === 'done' || state.kind === 'failed') resolve(state)
  })
  await vault.handlers.startSignIn(signInRequest(op))
  await browse(surface.last.view.url, { login: 'ana' })
  const state = await promise
  stop()
  if (state.kind !== 'done' || refFromKey(state.credential) === null)
    throw new Error(`It ended as ${state.kind}.`)
  return state.credential
}

describe('a secret that is taken out of a vault on a real keychain', () => {
  it('is the key, its variable or its header, and the log names each time', async () => {
    const { vault, copied } = harness
    const { id } = await vault.handlers.addApiKey(apiKey)
    for (const form of ['secret', 'variable', 'header'] as const) {
      expect(await vault.handlers.copySecret(id, form)).toBeNull()
    }
    expect(copied).toEqual([KEY, `STRIPE_API_KEY=${KEY}`, `Authorization: Bearer ${KEY}`])
    const rows = await vault.handlers.listAudit({ credential: id, client: null, kind: 'outcome', limit: 20 })
    expect(rows.map(({ action, clientName, method }) => [action, clientName, method])).toEqual(
      Array.from({ length: 3 }, () => ['reveal', 'window', 'copy'])
    )
    expect(JSON.stringify(rows)).not.toContain(KEY)
  })

  it('is a fresh token of a sign-in whose token has expired', async () => {
    const { vault, copied } = harness
    const id = await signIn(harness)
    const ref = refFromKey(id)
    if (ref === null) throw new Error('It has no id.')
    const first = await vault.repository.load(ref)
    if (first?.kind !== 'oauth') throw new Error('It is no sign-in.')
    const { expiry } = first.tokens
    if (expiry.kind !== 'at') throw new Error('Its token does not expire.')
    await expect.poll(() => Date.now(), { timeout: 5000 }).toBeGreaterThan(expiry.at.getTime())
    await vault.handlers.copySecret(id, 'secret')
    const tokens = op
      .issued()
      .filter(({ kind }) => kind === 'access-token')
      .map(({ value }) => value)
    expect(tokens.length).toBeGreaterThan(1)
    expect(copied).toHaveLength(1)
    first.tokens.accessToken.expose((text) => expect(copied[0]).not.toBe(text))
    expect(tokens).toContain(copied[0])
  })

  it('is shown with its name, and not while the preferences say so', async () => {
    const { vault, shown } = harness
    const { id } = await vault.handlers.addApiKey(apiKey)
    expect(await vault.handlers.showSecret(id)).toBeNull()
    expect(shown).toMatchObject([{ name: 'Stripe', account: 'acme', secret: KEY }])
    const { preferences } = await vault.handlers.getSnapshot()
    await vault.handlers.setPreferences({ ...preferences, showSecrets: false })
    await expect(vault.handlers.showSecret(id)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    expect(shown).toHaveLength(1)
  })

  it('is none where the entry is gone', async () => {
    const { vault, copied } = harness
    const { id, service, account } = await vault.handlers.addApiKey(apiKey)
    expect(id).toBe(credentialKey({ service, account }))
    await vault.handlers.remove(id)
    await expect(vault.handlers.copySecret(id, 'secret')).rejects.toMatchObject({ code: 'UNKNOWN_SERVICE' })
    expect(copied).toEqual([])
  })
})
