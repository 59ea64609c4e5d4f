import { createHash, createPublicKey, generateKeyPairSync, verify, type JsonWebKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { VaultError } from '#shared/problem.ts'
import { Secret } from '../core/secret.ts'
import type { SendRequest } from '../core/use/use-ports.ts'
import { ProofNonces } from './dpop-proof.ts'

const TOKEN = 'a-bound-access-token'
const jwkOf = (namedCurve: string): string =>
  JSON.stringify(generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'jwk' }))
const proofKey = new Secret(jwkOf('P-256'))

type Change = Partial<SendRequest['target']> & { readonly key?: string; readonly proofKey?: Secret | null }

function request({ key = 'one', proofKey: given = proofKey, ...target }: Change = {}): SendRequest {
  const credential = { key, secret: new Secret(TOKEN), scheme: { kind: 'bearer' } } as const
  return {
    target: {
      scheme: 'https',
      host: 'api.example',
      isLiteral: false,
      port: 443,
      path: '/a%20b',
      query: '?q=1',
      ...target
    },
    isLocal: false,
    method: 'PATCH',
    headers: [],
    body: null,
    credential: given === null ? credential : { ...credential, proofKey: given },
    signal: new AbortController().signal
  }
}

type Json = Readonly<Record<string, unknown>>

/** The parts of a proof whose signature is right. */
function partsOf(proof: Secret | null): { readonly header: Json; readonly claims: Json } {
  const text = proof?.expose((value) => value) ?? ''
  const [header = '', claims = '', signature = ''] = text.split('.')
  const read = (part: string): Json => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json
  const key = createPublicKey({ key: read(header)['jwk'] as JsonWebKey, format: 'jwk' })
  const signed = Buffer.from(`${header}.${claims}`)
  const isRight = verify(
    'sha256',
    signed,
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url')
  )
  expect(isRight).toBe(true)
  return { header: read(header), claims: read(claims) }
}

const refusal = (nonce: string, change: { status?: number; challenge?: string } = {}) => ({
  statusCode: change.status ?? 401,
  rawHeaders: ['DPoP-Nonce', nonce, 'WWW-Authenticate', change.challenge ?? 'DPoP error="use_dpop_nonce"']
})

describe('a proof', () => {
  it('says method, address without query, and the hash of the token, and holds no private part', () => {
    const before = Math.floor(Date.now() / 1000)
    const { header, claims } = partsOf(new ProofNonces().proofFor(request()))
    const { d: _private, ...jwk } = JSON.parse(proofKey.expose((text) => text)) as Json
    expect(header).toEqual({ typ: 'dpop+jwt', alg: 'ES256', jwk })
    expect(claims).toEqual({
      htm: 'PATCH',
      htu: 'https://api.example/a%20b',
      iat: expect.any(Number) as number,
      jti: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      ath: createHash('sha256').update(TOKEN).digest('base64url')
    })
    expect(Number(claims['iat'])).toBeGreaterThanOrEqual(before)
  })

  it('names the port where it is not that of the scheme', () => {
    const nonces = new ProofNonces()
    const htu = (change: Change): unknown => partsOf(nonces.proofFor(request(change))).claims['htu']
    expect(htu({ port: 8443, path: '/' })).toBe('https://api.example:8443/')
    expect(htu({ scheme: 'http', port: 80, path: '/' })).toBe('http://api.example/')
    expect(htu({ scheme: 'http', host: '[::1]', port: 443, path: '/' })).toBe('http://[::1]:443/')
  })

  it('is another one for each request', () => {
    const nonces = new ProofNonces()
    const ids = [1, 2].map(() => partsOf(nonces.proofFor(request())).claims['jti'])
    expect(ids[0]).not.toBe(ids[1])
  })

  it('is not made for a token that is bound to no key, nor for a public request', () => {
    const nonces = new ProofNonces()
    expect(nonces.proofFor(request({ proofKey: null }))).toBeNull()
    expect(nonces.proofFor({ ...request(), credential: null })).toBeNull()
  })

  it.each([
    '',
    'no json',
    '{}',
    '{"kty":"EC","crv":"P-256","d":"x"}',
    jwkOf('P-384'),
    '{"kty":"oct","k":"AAAA"}'
  ])('can not be made with another key, of which nothing is quoted', (text) => {
    const make = (): unknown => new ProofNonces().proofFor(request({ proofKey: new Secret(text) }))
    expect(make).toThrow(expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' }) as VaultError)
  })
})

describe('a nonce', () => {
  const nonceOf = (nonces: ProofNonces, change: Change = {}): unknown =>
    partsOf(nonces.proofFor(request(change))).claims['nonce']

  it('is kept for its credential at its origin, until the next one or until it is forgotten', () => {
    const nonces = new ProofNonces()
    expect(nonces.note(request(), refusal('first'))).toBe(true)
    expect(nonceOf(nonces)).toBe('first')
    expect(nonceOf(nonces, { path: '/other', query: '' })).toBe('first')
    for (const change of [{ key: 'two' }, { port: 8443 }, { host: 'b.example' }, { scheme: 'http' }] as const)
      expect(nonceOf(nonces, change)).toBeUndefined()
    expect(nonces.note(request(), refusal('second', { status: 200 }))).toBe(false)
    expect(nonceOf(nonces)).toBe('second')
    nonces.forget('one')
    expect(nonceOf(nonces)).toBeUndefined()
  })

  it('asks for no second try where the server says something else', () => {
    const nonces = new ProofNonces()
    expect(nonces.note(request(), refusal('a', { challenge: 'DPoP error="invalid_token"' }))).toBe(false)
    expect(nonces.note(request(), refusal('b', { challenge: 'Bearer error="use_dpop_nonce"' }))).toBe(false)
    expect(nonces.note(request(), refusal('c', { status: 400 }))).toBe(false)
    expect(nonces.note(request(), refusal('c'))).toBe(false) // the one that was sent
    expect(nonces.note(request({ proofKey: null }), refusal('d'))).toBe(false)
    expect(nonceOf(nonces)).toBe('c')
  })

  it.each(['', 'a b', 'a"b', 'a\\b', 'é', 'n'.repeat(513)])('of the form %j is not taken', (nonce) => {
    const nonces = new ProofNonces()
    expect(nonces.note(request(), refusal(nonce))).toBe(false)
    expect(nonceOf(nonces)).toBeUndefined()
  })
})
