import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CredentialSummary } from '#shared/credential.ts'
import type { OAuthGrant, RefreshEnd } from '../../../src-main/core/credential-record.ts'
import type { OAuthProvider } from '../../../src-main/core/provider.ts'
import { providerDirectory } from '../../../src-main/oauth/providers/providers.ts'
import { decodeExport, encodeExport } from '../../../src-main/storage/transfer/export-document.ts'
import { type ScriptedProvider, signInAt, startScriptedProvider } from '../../support/scripted-provider.ts'
import { type Harness, newVaultHome, openTestVault, removeVaultHome } from '../../support/vault-harness.ts'
import { shownCredentials } from '../../support/shown-credentials.ts'

/**
 * The path of each answer: from the token endpoint's bytes to the record in an encrypted file, the catalog
 * and the list.
 */

const DAY = 86_400_000
let provider: ScriptedProvider
let harness: Harness
let home: string

beforeEach(async () => {
  provider = await startScriptedProvider()
  home = await newVaultHome()
  await open()
})
afterEach(async () => {
  await harness.vault.close()
  await removeVaultHome(home)
  await provider.close()
})

async function open(): Promise<void> {
  const network: typeof globalThis.fetch = (url, init) => provider.network(new Request(url).url, init ?? {})
  harness = await openTestVault({ home, store: 'file', hasKeychain: false, fetch: network })
}

/** Signs in while the token endpoint answers `answer`, and stores the grant. */
async function stored(which: string | OAuthProvider, answer: object): Promise<OAuthGrant> {
  provider.say({ body: answer })
  const { grant } = await signInAt(provider, which, { secret: 's3cret' })
  await harness.vault.tokens.exclusively(grant.ref, () => harness.vault.repository.save(grant))
  return grant
}

async function renewed(grant: OAuthGrant, answer: object, ...before: object[]): Promise<OAuthGrant> {
  provider.say(...[...before, answer].map((body) => ({ body })))
  await harness.vault.tokens.refresh(grant.ref)
  return (await harness.vault.repository.load(grant.ref)) as OAuthGrant
}

async function listed(): Promise<CredentialSummary> {
  const [entry] = await shownCredentials(harness.vault)
  if (entry === undefined) throw new Error('Nothing is listed.')
  return entry
}

const endAfter = ({ tokens }: OAuthGrant, seconds: number): RefreshEnd => ({
  kind: 'at',
  at: new Date(tokens.issuedAt.getTime() + seconds * 1000),
  toldAt: tokens.issuedAt
})
const iso = (end: RefreshEnd | undefined): string | null => (end?.kind === 'at' ? end.at.toISOString() : null)

describe('a GitHub App, which tells that a refresh token lives six months', () => {
  const HALF_A_YEAR = 15_897_600
  const answer = {
    access_token: 'ghu_1',
    expires_in: 28_800,
    refresh_token: 'ghr_1',
    refresh_token_expires_in: HALF_A_YEAR,
    scope: '',
    token_type: 'bearer'
  }

  it('has that stored, listed after a restart, and put off by each renewal', async () => {
    const grant = await stored('github-app', answer)
    expect(grant.tokens.refreshEnd).toEqual(endAfter(grant, HALF_A_YEAR))
    await harness.vault.close()
    await open()
    expect(await listed()).toMatchObject({
      status: { kind: 'valid' },
      useBefore: iso(grant.tokens.refreshEnd),
      signInBefore: null
    })
    const next = await renewed(grant, { ...answer, access_token: 'ghu_2', refresh_token: 'ghr_2' })
    expect(next.tokens.refreshEnd).toEqual(endAfter(next, HALF_A_YEAR))
    expect((await listed()).useBefore).toBe(iso(next.tokens.refreshEnd))
  })

  it('has it carried by an export', async () => {
    const grant = await stored('github-app', answer)
    const text = encodeExport([grant], { at: new Date(), version: '0.0.0-test' })
    expect(await decodeExport(text)).toMatchObject([{ tokens: { refreshEnd: endAfter(grant, HALF_A_YEAR) } }])
  })

  it('is tried all the same when that has passed, and is valid again when it answers', async () => {
    const grant = await stored('github-app', answer)
    const [at, toldAt] = [new Date(Date.now() - DAY), new Date(Date.now() - 200 * DAY)]
    const tokens = { ...grant.tokens, issuedAt: toldAt, expiry: { kind: 'at', at: toldAt } as const }
    const old: OAuthGrant = { ...grant, tokens: { ...tokens, refreshEnd: { kind: 'at', at, toldAt } } }
    await harness.vault.tokens.exclusively(old.ref, () => harness.vault.repository.save(old))
    expect(await listed()).toMatchObject({ status: { kind: 'expiring' }, useBefore: at.toISOString() })
    provider.say({ body: { ...answer, access_token: 'ghu_2', refresh_token: 'ghr_2' } })
    const token = await harness.vault.tokens.getToken(old.ref)
    expect(token.expose((text) => text)).toBe('ghu_2')
    expect((await listed()).status).toEqual({ kind: 'valid' })
  })
})

describe('a realm of Keycloak', () => {
  const base = 'https://id.example.net/realms/main'
  const metadata = {
    issuer: base,
    authorization_endpoint: `${base}/protocol/openid-connect/auth`,
    token_endpoint: `${base}/protocol/openid-connect/token`,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true
  }
  const answer = {
    access_token: 'kc_1',
    expires_in: 300,
    refresh_expires_in: 1800,
    refresh_token: 'kr_1',
    token_type: 'Bearer',
    'not-before-policy': 0,
    scope: 'email'
  }
  const realm = (): OAuthProvider =>
    providerDirectory().custom({
      issuer: base,
      namesIssuer: true,
      name: 'Realm',
      scopes: ['email'],
      isTaken: () => false
    })

  it('tells half an hour, which is no cause for a warning until its last minutes', async () => {
    provider.say({ body: metadata })
    const grant = await stored(realm(), answer)
    expect(grant.tokens.refreshEnd).toEqual(endAfter(grant, 1800))
    expect(await listed()).toMatchObject({
      status: { kind: 'valid' },
      useBefore: iso(grant.tokens.refreshEnd)
    })
  })

  it('tells 0 of an offline session, which has no end and has not expired', async () => {
    provider.say({ body: metadata })
    const grant = await stored(realm(), { ...answer, refresh_expires_in: 0 })
    expect(grant.tokens.refreshEnd).toEqual({ kind: 'never' })
    expect(await listed()).toMatchObject({ status: { kind: 'valid' }, useBefore: null, signInBefore: null })
  })

  it('leaves the known end where it renews and says nothing, and takes it along with a token that it replaces', async () => {
    provider.say({ body: metadata })
    const grant = await stored(realm(), answer)
    const { refresh_expires_in: _end, refresh_token: _token, ...silent } = answer
    const same = await renewed(grant, { ...silent, access_token: 'kc_2' }, metadata)
    expect(same.tokens.refreshEnd).toEqual(grant.tokens.refreshEnd)
    expect(await listed()).toMatchObject({ useBefore: null, signInBefore: iso(grant.tokens.refreshEnd) })
    const other = await renewed(same, { ...silent, access_token: 'kc_3', refresh_token: 'kr_2' })
    expect(other.tokens).not.toHaveProperty('refreshEnd')
    expect(await listed()).toMatchObject({ useBefore: null, signInBefore: null })
  })
})
