import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CredentialRef } from '#shared/credential.ts'
import type { OAuthGrant } from '../../../src-main/core/credential-record.ts'
import type { Secret } from '../../../src-main/core/secret.ts'
import { browse } from '../../support/openid-browser.ts'
import {
  type OpenIdOptions,
  type OpenIdProvider,
  startOpenIdProvider
} from '../../support/openid-provider.ts'
import { type World, ending, oauthWorld, refOf, signInRequest } from '../../support/oauth-world.ts'

let op: OpenIdProvider
let world: World
let ref: CredentialRef

afterEach(async () => {
  await world.signIns.close()
  await op.close()
})

async function signedIn(options: OpenIdOptions = {}): Promise<void> {
  op = await startOpenIdProvider(options)
  world = oauthWorld()
  await world.signIns.start(signInRequest(op))
  await browse(world.surface.last.view.url)
  ref = refOf(await ending(world))
}

const text = (secret: Secret | null): string => secret?.expose((value) => value) ?? ''
const held = async (): Promise<OAuthGrant> => (await world.repository.load(ref)) as OAuthGrant
const refreshes = (): number =>
  op.events.filter(({ kind, detail }) => kind === 'grant.success' && detail === 'refresh_token').length
const statusOf = async (token: string): Promise<number> => {
  const response = await fetch(`${op.issuer}/me`, { headers: { authorization: `Bearer ${token}` } })
  await response.body?.cancel()
  return response.status
}

describe('refreshing at a provider that rotates', () => {
  beforeEach(() => signedIn())

  it('brings a token that works and stores what came with it', async () => {
    const first = await held()
    await world.tokens.refresh(ref)
    const second = await held()
    expect(text(second.tokens.accessToken)).not.toBe(text(first.tokens.accessToken))
    expect(text(second.tokens.refreshToken)).not.toBe(text(first.tokens.refreshToken))
    expect(await statusOf(text(second.tokens.accessToken))).toBe(200)
    expect(second.scopesGranted).toEqual(first.scopesGranted)
  })

  it('rotates twenty times over distinct tokens and never loses the grant', async () => {
    const seen = new Set<string>()
    for (let round = 0; round < 20; round += 1) {
      await world.tokens.refresh(ref)
      seen.add(text((await held()).tokens.refreshToken))
    }
    expect(seen.size).toBe(20)
    expect(op.events.filter(({ kind }) => kind === 'grant.revoked')).toEqual([])
  })

  it('serves a hundred callers with one refresh', async () => {
    const grant = await held()
    const ended = new Date(Date.now() - 1000)
    await world.repository.save({
      ...grant,
      tokens: { ...grant.tokens, issuedAt: new Date(0), expiry: { kind: 'at', at: ended } }
    })
    const all = await Promise.all(Array.from({ length: 100 }, () => world.tokens.getToken(ref)))
    expect(new Set(all.map(text)).size).toBe(1)
    expect(text(all[0] ?? null)).not.toBe(text(grant.tokens.accessToken))
    expect(refreshes()).toBe(1)
    expect(await statusOf(text(all[0] ?? null))).toBe(200)
  })
})

describe('a grant its owner has ended at the provider', () => {
  beforeEach(() => signedIn())

  it('is reported as such, with the record kept', async () => {
    expect(op.revokeGrants('alice')).toBe(1)
    await expect(world.tokens.refresh(ref)).rejects.toMatchObject({ code: 'REFRESH_REJECTED' })
    expect(world.repository.find(ref)?.health).toMatchObject({
      kind: 'needs-sign-in',
      code: 'REFRESH_REJECTED'
    })
    expect(await held()).not.toBeNull()
  })

  it('is well again after signing in again', async () => {
    op.revokeGrants('alice')
    await world.tokens.refresh(ref).catch(() => undefined)
    await world.signIns.start({ kind: 'again', credential: JSON.stringify([ref.service, ref.account]) })
    await browse(world.surface.last.view.url)
    await expect.poll(() => world.repository.find(ref)?.health).toEqual({ kind: 'ok' })
    await world.tokens.refresh(ref)
    expect(refreshes()).toBe(1)
  })
})

const token = (path: string): boolean => path === '/token'

describe('a provider in trouble', () => {
  beforeEach(() => signedIn())
  const troubles: [string, number, string, string][] = [
    ['503', 503, 'application/json', '{"error":"invalid_grant"}'],
    ['429', 429, 'text/plain', 'slow down'],
    ['a login page of the network', 200, 'text/html', '<!doctype html><title>Wi-Fi</title>'],
    ['a redirect', 302, 'text/html', '']
  ]
  it.each(troubles)('with %s keeps the grant for a later try', async (_name, status, type, body) => {
    const before = text((await held()).tokens.refreshToken)
    op.disturb(({ path }) =>
      token(path)
        ? { kind: 'answer', status, body, headers: { 'content-type': type, location: '/elsewhere' } }
        : null
    )
    await expect(world.tokens.refresh(ref)).rejects.toMatchObject({ code: 'REFRESH_UNREACHABLE' })
    expect(world.repository.find(ref)?.health).toMatchObject({
      kind: 'refresh-failing',
      code: 'REFRESH_UNREACHABLE'
    })
    expect(text((await held()).tokens.refreshToken)).toBe(before)
    op.disturb(null)
    await world.tokens.refresh(ref)
    expect(world.repository.find(ref)?.health).toEqual({ kind: 'ok' })
  })

  it('that answers 400 with nothing in it is not taken for the end of the grant', async () => {
    op.disturb(({ path }) => (token(path) ? { kind: 'answer', status: 400 } : null))
    await expect(world.tokens.refresh(ref)).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' })
    expect(world.repository.find(ref)?.health.kind).toBe('refresh-failing')
  })

  it('that drops one connection before it did anything is asked once more at once', async () => {
    let drops = 0
    op.disturb(({ path }) => (token(path) && drops++ === 0 ? { kind: 'drop-before' } : null))
    await world.tokens.refresh(ref)
    expect(refreshes()).toBe(1)
  })

  it('that rotated and lost the answer ends the grant; a lost rotation is reported, and nothing is deleted', async () => {
    op.disturb(({ path }) => (token(path) ? { kind: 'drop-after' } : null))
    await expect(world.tokens.refresh(ref)).rejects.toMatchObject({ code: 'REFRESH_UNREACHABLE' })
    op.disturb(null)
    await expect(world.tokens.refresh(ref)).rejects.toMatchObject({ code: 'ROTATION_LOST' })
    expect(await held()).not.toBeNull()
  })

  it('that sends a broken ID token beside a rotated refresh token does not end the grant', async () => {
    const body = JSON.stringify({
      access_token: 'new',
      token_type: 'bearer',
      refresh_token: 'rotated',
      id_token: 'a.b.c'
    })
    op.disturb(({ path }) => (token(path) ? { kind: 'answer', status: 200, body } : null))
    await world.tokens.refresh(ref)
    expect(text((await held()).tokens.refreshToken)).toBe('rotated')
  })

  it('leaves no token in the errors it causes', async () => {
    const { tokens } = await held()
    const errors: unknown[] = []
    for (const body of [
      `{"error":"invalid_grant","error_description":"${text(tokens.refreshToken)}"}`,
      '{"access_token":7}'
    ]) {
      op.disturb(({ path }) => (token(path) ? { kind: 'answer', status: 400, body } : null))
      errors.push(await world.tokens.refresh(ref).catch((error: unknown) => error))
    }
    const printed = inspect(errors, { depth: 10, showHidden: true })
    expect(errors).toHaveLength(2)
    expect(printed).toContain('VaultError')
    for (const secret of [tokens.refreshToken, tokens.accessToken])
      expect(printed).not.toContain(text(secret))
  })
})

describe('signing out', () => {
  beforeEach(() => signedIn())

  it('ends both tokens at the provider', async () => {
    const grant = await held()
    expect(await world.oauth.revoke(grant)).toBe('yes')
    expect(await statusOf(text(grant.tokens.accessToken))).toBe(401)
    await expect(world.tokens.refresh(ref)).rejects.toMatchObject({ code: 'REFRESH_REJECTED' })
  })

  it.each([400, 401, 503])('says when the provider did not do it, with %i', async (status) => {
    const grant = await held()
    op.disturb(() => ({ kind: 'answer', status }))
    expect(await world.oauth.revoke(grant)).toBe('no')
  })

  it('says when the provider has no way to be told', async () => {
    const grant = await held()
    const { endpoints } = grant.provider
    const fixed = {
      kind: 'fixed' as const,
      issuer: endpoints.issuer,
      authorization: `${op.issuer}/auth`,
      token: `${op.issuer}/token`,
      revocation: null,
      userinfo: null,
      deviceAuthorization: null,
      introspection: null
    }
    expect(await world.oauth.revoke({ ...grant, provider: { ...grant.provider, endpoints: fixed } })).toBe(
      'unsupported'
    )
  })
})

describe('checking a token', () => {
  beforeEach(() => signedIn())

  it('says whether the provider accepts it', async () => {
    const grant = await held()
    expect(await world.oauth.check(grant, grant.tokens.accessToken)).toMatchObject({ works: true })
    op.revokeGrants('alice')
    expect(await world.oauth.check(grant, grant.tokens.accessToken)).toMatchObject({ works: false })
  })

  it('says when the provider did not answer', async () => {
    const grant = await held()
    op.disturb(() => ({ kind: 'drop-before' }))
    await expect(world.oauth.check(grant, grant.tokens.accessToken)).rejects.toMatchObject({
      code: 'PROVIDER_UNREACHABLE'
    })
  })
})
