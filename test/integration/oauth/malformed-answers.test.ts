import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OAuthGrant } from '../../../src-main/core/credential-record.ts'
import { HOUR } from '../../../src-main/core/tokens/lifetime.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import {
  sampleEndpoints,
  sampleGrant,
  sampleProvider,
  sampleTokens
} from '../../../src-main/core/testing/samples.ts'
import { type Harness, openTestVault, removeVaultHome } from '../../support/vault-harness.ts'

/** The path of each answer: from the token endpoint's bytes to the record in an encrypted file and back. */

const TOKEN_ENDPOINT = 'https://sso.example.net/token'
const endpoints = sampleEndpoints()
const { ref } = sampleGrant()
const NEW_ACCESS = 'canary-access-two'
const NEW_REFRESH = 'canary-refresh-two'
const good = {
  access_token: NEW_ACCESS,
  token_type: 'Bearer',
  expires_in: 3600,
  refresh_token: NEW_REFRESH,
  scope: 'openid registry:read'
}

let answer: () => Response
let harness: Harness

beforeAll(async () => {
  const network: typeof globalThis.fetch = async (url) =>
    url === TOKEN_ENDPOINT ? answer() : new Response(null, { status: 404 })
  harness = await openTestVault({ store: 'file', hasKeychain: false, fetch: network })
})
afterAll(async () => {
  await harness.vault.close()
  await removeVaultHome(harness.home)
})
beforeEach(async () => {
  const issuedAt = new Date(Date.now() - 2 * HOUR)
  const tokens = sampleTokens({
    issuedAt,
    accessToken: new Secret('canary-access-one'),
    refreshToken: new Secret('canary-refresh-one')
  })
  const grant = sampleGrant({ tokens, provider: { ...sampleProvider, endpoints }, obtainedAt: issuedAt })
  await harness.vault.tokens.exclusively(ref, () => harness.vault.repository.save(grant))
})

const reply = (body: unknown, type = 'application/json', status = 200, headers: object = {}) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return () => new Response(text, { status, headers: { 'content-type': type, ...headers } })
}
const text = (secret: Secret | null): string | null => secret?.expose((value) => value) ?? null
const stored = async (): Promise<OAuthGrant> => (await harness.vault.repository.load(ref)) as OAuthGrant
const without = (name: keyof typeof good): object => ({ ...good, [name]: undefined })

describe('an answer with a fault that costs nothing is stored as it was meant', () => {
  const form = new URLSearchParams({ ...good, expires_in: '3600' }).toString()
  const rotated = { refresh: NEW_REFRESH, expiry: 'at' }
  const unknown = { refresh: NEW_REFRESH, expiry: 'unknown' }
  const kept = { refresh: 'canary-refresh-one', expiry: 'at' }
  const rows: [string, () => Response, { refresh: string; expiry: string }][] = [
    ['expires_in null', reply({ ...good, expires_in: null }), unknown],
    ['expires_in negative', reply({ ...good, expires_in: -1 }), unknown],
    ['expires_in in words', reply({ ...good, expires_in: 'soon' }), unknown],
    ['expires_in missing', reply(without('expires_in')), unknown],
    ['expires_in as text', reply({ ...good, expires_in: '3600' }), rotated],
    ['expires_in zero', reply({ ...good, expires_in: 0 }), rotated],
    ['expires_in beyond reason', reply({ ...good, expires_in: 1e20 }), rotated],
    ['token_type missing', reply(without('token_type')), rotated],
    ['token_type unknown', reply({ ...good, token_type: 'user' }), rotated],
    ['scope as a list', reply({ ...good, scope: ['openid', 'registry:read'] }), rotated],
    ['scope null', reply({ ...good, scope: null }), rotated],
    ['scope missing', reply(without('scope')), rotated],
    ['refresh_token null', reply({ ...good, refresh_token: null }), kept],
    ['refresh_token empty', reply({ ...good, refresh_token: '' }), kept],
    ['refresh_token missing', reply(without('refresh_token')), kept],
    ['id_token broken', reply({ ...good, id_token: 'a.b.c' }), rotated],
    ['a form', reply(form, 'application/x-www-form-urlencoded'), rotated],
    ['JSON that calls itself text', reply(good, 'text/plain'), rotated]
  ]
  test.each(rows)('%s', async (_name, response, expected) => {
    answer = response
    await harness.vault.tokens.refresh(ref)
    const { tokens, scopesGranted } = await stored()
    expect({ refresh: text(tokens.refreshToken), expiry: tokens.expiry.kind }).toEqual(expected)
    expect(text(tokens.accessToken)).toBe(NEW_ACCESS)
    expect(scopesGranted).toEqual(['openid', 'registry:read'])
    expect(harness.vault.repository.find(ref)?.health).toEqual({ kind: 'ok' })
  })

  test('scope empty means none, which is not the same as missing', async () => {
    answer = reply({ ...good, scope: '' })
    await harness.vault.tokens.refresh(ref)
    expect((await stored()).scopesGranted).toEqual([])
  })
})

/** An answer without a token: a number stands in its place. */
const numbered = { ...good, access_token: 7, refresh_token: undefined }

test('a rotated refresh token beside an access token of no use is stored, and is in no error', async () => {
  answer = reply({ ...good, access_token: 7 })
  const error: unknown = await harness.vault.tokens.refresh(ref).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'REFRESH_UNREACHABLE' })
  const { tokens } = await stored()
  expect(text(tokens.accessToken)).toBe('canary-access-one')
  expect(text(tokens.refreshToken)).toBe(good.refresh_token)
  expect(inspect([error, harness.vault.repository.find(ref)], { depth: 12, showHidden: true })).not.toMatch(
    /canary-(access|refresh)/
  )
})

describe('an answer without a token leaves the stored one as it is', () => {
  const json = 'application/json'
  const basic = { 'www-authenticate': 'Basic realm="x"' }
  const rows: [string, () => Response, string][] = [
    ['an error in a 200', reply({ error: 'invalid_grant' }), 'REFRESH_REJECTED'],
    [
      'an error behind a WWW-Authenticate',
      reply({ error: 'invalid_grant' }, json, 401, basic),
      'REFRESH_REJECTED'
    ],
    ['a 400 with nothing in it', reply('', json, 400), 'PROVIDER_REFUSED'],
    ['a token that is a number', reply(numbered), 'PROVIDER_REFUSED'],
    [
      'a 503 that looks like an error of OAuth',
      reply({ error: 'invalid_grant' }, json, 503),
      'REFRESH_UNREACHABLE'
    ],
    [
      'a 429 that looks like an error of OAuth',
      reply({ error: 'invalid_grant' }, json, 429),
      'REFRESH_UNREACHABLE'
    ],
    [
      'a page of the network',
      reply('<!doctype html><title>Wi-Fi</title>', 'text/html'),
      'REFRESH_UNREACHABLE'
    ],
    ['JSON cut in the middle', reply('{"access_token":"canary-acc'), 'REFRESH_UNREACHABLE']
  ]
  test.each(rows)('%s', async (_name, response, code) => {
    answer = response
    const error: unknown = await harness.vault.tokens.refresh(ref).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code })
    const { tokens } = await stored()
    expect([text(tokens.accessToken), text(tokens.refreshToken)]).toEqual([
      'canary-access-one',
      'canary-refresh-one'
    ])
    expect(inspect([error, harness.vault.repository.find(ref)], { depth: 12, showHidden: true })).not.toMatch(
      /canary-(access|refresh)/
    )
  })
})

describe('a 200 without a usable token', () => {
  test('may have spent the stored refresh token, so that its refusal is told as a lost rotation', async () => {
    answer = reply(numbered)
    await expect(harness.vault.tokens.refresh(ref)).rejects.toMatchObject({ code: 'PROVIDER_REFUSED' })
    answer = reply({ error: 'invalid_grant' }, 'application/json', 400)
    await expect(harness.vault.tokens.refresh(ref)).rejects.toMatchObject({ code: 'ROTATION_LOST' })
  })

  test('does not count as a lost rotation if it names an error', async () => {
    answer = reply({ error: 'unsupported_grant_type' })
    await expect(harness.vault.tokens.refresh(ref)).rejects.toMatchObject({ code: 'CLIENT_REFUSED' })
    answer = reply({ error: 'invalid_grant' }, 'application/json', 400)
    await expect(harness.vault.tokens.refresh(ref)).rejects.toMatchObject({ code: 'REFRESH_REJECTED' })
  })
})

test('a Retry-After is kept in the catalog, and no request is sent before its time', async () => {
  let asked = 0
  answer = () => {
    asked += 1
    return new Response('', { status: 429, headers: { 'retry-after': '600' } })
  }
  await expect(harness.vault.tokens.refresh(ref)).rejects.toMatchObject({ code: 'REFRESH_UNREACHABLE' })
  const health = harness.vault.repository.find(ref)?.health
  expect(health).toMatchObject({ kind: 'refresh-failing', notBefore: expect.any(Date) })
  await expect(harness.vault.tokens.refresh(ref)).rejects.toMatchObject({ code: 'REFRESH_UNREACHABLE' })
  expect(asked).toBe(1)
})
