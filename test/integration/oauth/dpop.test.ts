import { randomBytes } from 'node:crypto'
import type { Configuration } from 'oidc-provider'
import { afterEach, describe, expect, it } from 'vitest'
import type { OAuthGrant } from '../../../src-main/core/credential-record.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { customProvider } from '../../../src-main/oauth/providers/providers.ts'
import { decodeCredential, encodeCredential } from '../../../src-main/storage/records/credential-codec.ts'
import { browse } from '../../support/openid-browser.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.ts'
import { type World, oauthWorld } from '../../support/oauth-world.ts'

let op: OpenIdProvider
let world: World
let proofs: (string | null)[] = []

afterEach(() => op.close())

async function open(requiresNonce = false): Promise<void> {
  const dPoP = { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => requiresNonce }
  const introspection = { enabled: true, allowedPolicy: async () => true }
  const configuration: Configuration = { features: { dPoP, introspection } }
  op = await startOpenIdProvider({ configuration })
  proofs = []
  world = oauthWorld({
    fetch: async (url, init) => {
      if (url === `${op.issuer}/token`) proofs.push(new Headers(init.headers).get('dpop'))
      return await fetch(url, init)
    }
  })
}

/** Signs in and passes the grant through its stored form. */
async function signedIn(dpop: boolean): Promise<OAuthGrant> {
  const row = customProvider({
    issuer: op.issuer,
    namesIssuer: true,
    name: 'Example',
    scopes: [],
    isTaken: () => false
  })
  const provider = { ...row, dpop }
  const scopes = ['openid', 'offline_access', 'registry:read']
  const client = { id: op.clientId, secret: null }
  const pending = await world.oauth.begin({ provider, client, scopes, loginHint: null })
  await browse(pending.url)
  await pending.answered
  const { tokens, scopesGranted, subject } = await pending.redeem()
  await pending.close()
  const ref = { service: provider.id, account: 'alice' }
  const held = { provider, client, tokens, scopesRequested: scopes, scopesGranted, subject }
  const times = { obtainedAt: new Date(), refreshedAt: null }
  const grant = { kind: 'oauth', ref, ...held, ...times, formerRefreshToken: null, clientMark: null } as const
  return stored(grant)
}

function stored(grant: OAuthGrant): OAuthGrant {
  const read = decodeCredential(encodeCredential(grant), grant.ref)
  if (read.kind !== 'oauth') throw new Error('Another kind came back.')
  return read
}

const refresh = async (grant: OAuthGrant): Promise<OAuthGrant> =>
  stored({ ...grant, ...(await world.oauth.refresh(grant, () => undefined)) })

describe('a provider whose tokens are bound to a key', () => {
  it('is sent proofs by one key that is stored with the grant, over all its refreshes', async () => {
    await open()
    const first = await signedIn(true)
    expect(first.tokens.tokenType).toBe('DPoP')
    const third = await refresh(await refresh(first))
    expect(third.tokens.tokenType).toBe('DPoP')
    expect(proofs).toHaveLength(3)
    const keys = proofs.map((proof) => {
      const header = JSON.parse(Buffer.from(proof?.split('.')[0] ?? '', 'base64url').toString()) as {
        jwk: object
      }
      return JSON.stringify(header.jwk)
    })
    expect(new Set(keys).size).toBe(1)
    expect(keys[0]).not.toContain('"d"')
  })

  it('ends a grant whose key was lost, so the key must stay with it', async () => {
    await open()
    const grant = await signedIn(true)
    const { dpopKey: _lost, ...bare } = grant.tokens
    await expect(refresh({ ...grant, tokens: bare })).rejects.toMatchObject({ code: 'REFRESH_REJECTED' })
  })

  it('is asked once more when it wants a nonce in the proof', async () => {
    await open(true)
    const grant = await refresh(await signedIn(true))
    expect(grant.tokens.tokenType).toBe('DPoP')
    expect(proofs).toHaveLength(4)
  })

  it('is asked about its tokens by introspection: for userinfo they would need a proof', async () => {
    await open()
    const grant = await signedIn(true)
    const check = await world.oauth.check(grant, grant.tokens.accessToken)
    expect(check).toMatchObject({ works: true })
    expect(op.requests()).not.toContain('GET /me')
  })

  it('gets no request when the key can not be read: the refresh token is not spent', async () => {
    await open()
    const grant = await signedIn(true)
    const sent = proofs.length
    const broken = { ...grant, tokens: { ...grant.tokens, dpopKey: new Secret('{"kty":"EC"}') } }
    await expect(refresh(broken)).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
    expect(proofs).toHaveLength(sent)
  })
})

describe('a provider whose row does not ask for bound tokens', () => {
  it('is sent no proof, though it could take one, and no key is stored', async () => {
    await open()
    const grant = await refresh(await signedIn(false))
    expect(grant.tokens).not.toHaveProperty('dpopKey')
    expect(grant.tokens.tokenType).toBe('Bearer')
    expect(proofs).toEqual([null, null])
  })
})
