import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CredentialRef } from '#shared/credential.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { signOut } from '../../../src-main/core/sign-in/sign-out.ts'
import { customProvider } from '../../../src-main/oauth/providers/providers.ts'
import { DEVICE_INTERVAL, type Glewlwyd, startGlewlwyd } from '../../support/glewlwyd.ts'
import { type World, ending, oauthWorld, refOf } from '../../support/oauth-world.ts'
import { digestOf } from '../../support/rotation-counts.ts'

const SPACING = 30_000

let server: Glewlwyd
let world: World

beforeAll(async () => {
  server = await startGlewlwyd()
}, 300_000)
afterAll(() => server.close())
beforeEach(() => {
  world = oauthWorld()
})
afterEach(() => world.signIns.close())

/** Signs Alice in by code and PKCE. */
async function signIn(): Promise<CredentialRef> {
  await world.signIns.start({
    kind: 'new',
    provider: { kind: 'issuer', issuer: server.issuer, name: 'Glewlwyd', clientId: server.clientId },
    clientSecret: null,
    account: null,
    scopes: [...server.scopes]
  })
  const redirect = await server.allow(world.surface.last.view.url)
  expect(new URL(redirect).searchParams.get('code')).toMatch(/\w{16,}/)
  await fetch(redirect)
  return refOf(await ending(world))
}

async function refreshTokenOf(ref: CredentialRef): Promise<Secret> {
  const held = await world.repository.load(ref)
  if (held?.kind !== 'oauth' || held.tokens.refreshToken === null)
    throw new Error('No refresh token is held.')
  return held.tokens.refreshToken
}

/**
 * Milliseconds until the next automatic try after so many failures. Null: it waits for a person. Tries once
 * more unless this is the first failure.
 */
async function waitOf(ref: CredentialRef, failures: number): Promise<number | null> {
  if (failures > 1) await world.tokens.refresh(ref).catch(() => undefined)
  const health = world.repository.find(ref)?.health
  expect(health).toMatchObject({ kind: 'refresh-failing', failures })
  const next = health?.kind === 'refresh-failing' ? health.nextTryAt : null
  return next === null ? null : next.getTime() - Date.now()
}

/** Spends a refresh token behind the vault's back; returns the server's answer. */
async function spendElsewhere(token: Secret): Promise<{ status: number; body: string }> {
  const body = token.expose((text) =>
    new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: server.clientId,
      refresh_token: text
    }).toString()
  )
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await fetch(`${server.issuer}/token`, { method: 'POST', headers, body })
  return { status: answer.status, body: await answer.text() }
}

describe('signing in at Glewlwyd', () => {
  it('ends with a stored credential whose token its API takes', async () => {
    const ref = await signIn()
    const token = await world.tokens.getToken(ref, { scope: 'registry' })
    const authorization = token.expose((text) => `Bearer ${text}`)
    const me = await fetch(`${server.issuer}/userinfo`, { headers: { authorization } })
    expect(me.status).toBe(200)
    await me.body?.cancel()
    expect(world.repository.find(ref)).toMatchObject({
      renewable: true,
      scopesGranted: ['openid', 'registry']
    })
  })

  it('rotates with every refresh, and the store holds the newest token', async () => {
    const ref = await signIn()
    const seen = new Set([digestOf(await refreshTokenOf(ref))])
    for (let round = 0; round < 5; round += 1) {
      await world.tokens.refresh(ref)
      seen.add(digestOf(await refreshTokenOf(ref)))
    }
    expect(seen.size).toBe(6)
  })

  it('answers a spent refresh token with an empty 400: that ends nothing, and the token is kept', async () => {
    const ref = await signIn()
    const token = await refreshTokenOf(ref)
    expect((await spendElsewhere(token)).status).toBe(200)
    expect(await spendElsewhere(token)).toEqual({ status: 400, body: '' })
    await expect(world.tokens.refresh(ref)).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' })
    expect(digestOf(await refreshTokenOf(ref))).toBe(digestOf(token))
    // The vault tries again on its own, but not at once; after the third failure it waits for a person.
    const waits = [await waitOf(ref, 1), await waitOf(ref, 2), await waitOf(ref, 3)]
    expect(waits.map((wait) => wait !== null && wait >= SPACING - 5000)).toEqual([true, true, false])
    expect(waits[2]).toBeNull()
    expect(world.repository.find(ref)?.health).toMatchObject({ code: 'PROVIDER_REFUSED' })
    expect(digestOf(await refreshTokenOf(ref))).toBe(digestOf(token))
    // The access token is not expired, so the vault still hands it out.
    expect((await world.tokens.getToken(ref)).length).toBeGreaterThan(100)
  })

  it('is undone here only: a client without a secret can not revoke there, and signing out says so', async () => {
    const ref = await signIn()
    const refreshToken = await refreshTokenOf(ref)
    const refused = await refreshToken.expose((token) =>
      fetch(`${server.issuer}/revoke`, {
        method: 'POST',
        body: new URLSearchParams({ token, token_type_hint: 'refresh_token', client_id: server.clientId })
      })
    )
    expect(refused.status).toBe(401)
    await refused.body?.cancel()
    expect(await signOut(world, ref)).toEqual({
      removed: true,
      revoked: 'no',
      isNoted: true
    })
    expect(await world.repository.load(ref)).toBeNull()
    expect((await spendElsewhere(refreshToken)).status).toBe(200)
  })
})

describe('signing in at Glewlwyd by a code', () => {
  it('is slowed down when it asks too soon, and goes on until the person has allowed it', async () => {
    const { oauth } = world
    const attempt = await oauth.beginDevice({
      provider: customProvider({ ...server, namesIssuer: false, name: 'Glewlwyd', isTaken: () => false }),
      client: { id: server.clientId, secret: null },
      scopes: server.scopes,
      loginHint: null
    })
    expect(attempt.intervalMs).toBe(DEVICE_INTERVAL * 1000)
    expect(attempt.prompt.userCode).toMatch(/^[\w-]{8,}$/)
    expect(await attempt.ask()).toEqual({ kind: 'pending' })
    expect(await attempt.ask()).toMatchObject({ kind: 'slow-down' })
    await server.allowCode(attempt.prompt.userCode)
    await sleep(attempt.intervalMs + 100)
    const answer = await attempt.ask()
    expect(answer.kind).toBe('granted')
    const tokens = answer.kind === 'granted' ? answer.grant.tokens : null
    expect(tokens?.accessToken.length).toBeGreaterThan(100)
    expect(tokens?.refreshToken).toBeInstanceOf(Secret)
    attempt.close()
  })
})
