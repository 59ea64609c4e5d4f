import { describe, expect, it } from 'vitest'
import type { Lifetime } from '../../core/credential-record.ts'
import { HOUR } from '../../core/tokens/lifetime.ts'
import { START, sampleProvider } from '../../core/testing/samples.ts'
import { readTokenAnswer } from './token-answer.ts'
import { toTokenSet } from './token-set.ts'

const at = (ms: number): Lifetime => ({ kind: 'at', at: new Date(START.getTime() + ms) })

/**
 * The lifetime for the JSON text of `expires_in`, at a provider whose tokens do not expire unless it says so.
 */
function lifetimeOf(expiresIn: string | null): Lifetime {
  const field = expiresIn === null ? '' : `,"expires_in":${expiresIn}`
  const text = `{"access_token":"at","token_type":"bearer"${field}}`
  const answer = readTokenAnswer({ status: 200, contentType: 'application/json', text }, ' ')
  if (answer.kind !== 'tokens') throw new Error(answer.kind)
  return toTokenSet(answer.fields, { ...sampleProvider, missingLifetime: 'never' }, START).expiry
}

describe('the life of a token counts from the start of the request', () => {
  const rows: [string | null, Lifetime][] = [
    ['3600', at(HOUR)],
    ['"3600"', at(HOUR)],
    ['0', at(0)],
    ['1e20', at(10 * 365 * 24 * HOUR)],
    ['-1', { kind: 'unknown' }],
    ['null', { kind: 'unknown' }],
    ['"NaN"', { kind: 'unknown' }],
    ['{}', { kind: 'unknown' }],
    [null, { kind: 'never' }]
  ]
  it.each(rows)('expires_in %s', (expiresIn, expected) => {
    expect(lifetimeOf(expiresIn)).toEqual(expected)
  })
})

describe('the type of a token', () => {
  it('is kept as the provider wrote it, and bearer where it wrote none', () => {
    const fields = {
      accessToken: 'at',
      refreshToken: null,
      idToken: null,
      lifetime: { kind: 'absent' },
      refreshLife: null,
      scopes: null
    } as const
    expect(toTokenSet({ ...fields, tokenType: 'user' }, sampleProvider, START).tokenType).toBe('user')
    expect(toTokenSet({ ...fields, tokenType: null }, sampleProvider, START).tokenType).toBe('bearer')
  })
})

describe('the end of a refresh token', () => {
  const fields = {
    accessToken: 'at',
    refreshToken: 'rt',
    idToken: null,
    tokenType: null,
    lifetime: { kind: 'seconds', seconds: 3600 },
    scopes: null
  } as const
  const endOf = (refreshLife: number | 'endless' | null) =>
    toTokenSet({ ...fields, refreshLife }, sampleProvider, START)

  it('counts from the start of the request', () => {
    const end = { kind: 'at', at: new Date(START.getTime() + HOUR), toldAt: START }
    expect(endOf(3600).refreshEnd).toEqual(end)
    expect(endOf('endless').refreshEnd).toEqual({ kind: 'never' })
  })

  it('is absent where nothing is known, so that the record is the one it always was', () => {
    expect(endOf(null)).not.toHaveProperty('refreshEnd')
  })
})
