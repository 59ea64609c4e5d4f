import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Lifetime } from '../../core/credential-record.ts'
import { HOUR } from '../../core/tokens/lifetime.ts'
import { START, sampleProvider } from '../../core/testing/samples.ts'
import { type RawAnswer, type TokenFields, readTokenAnswer, toTokenSet } from './token-answer.ts'

const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'

function answer(body: unknown, change: Partial<RawAnswer> = {}): RawAnswer {
  return {
    status: 200,
    contentType: JSON_TYPE,
    text: typeof body === 'string' ? body : JSON.stringify(body),
    ...change
  }
}

const good = {
  access_token: 'at',
  token_type: 'Bearer',
  expires_in: 3600,
  refresh_token: 'rotated',
  scope: 'a b'
}
const read: TokenFields = {
  accessToken: 'at',
  refreshToken: 'rotated',
  idToken: null,
  tokenType: 'Bearer',
  lifetime: { kind: 'seconds', seconds: 3600 },
  refreshLife: null,
  scopes: ['a', 'b']
}
const bad = { kind: 'bad' } as const
const absent = { kind: 'absent' } as const
const seconds = (value: number) => ({ kind: 'seconds', seconds: value }) as const

describe('an answer with a fault that costs nothing', () => {
  const rows: [string, RawAnswer, Partial<TokenFields>][] = [
    ['without a fault', answer(good), {}],
    ['expires_in is null', answer({ ...good, expires_in: null }), { lifetime: bad }],
    ['expires_in is negative', answer({ ...good, expires_in: -1 }), { lifetime: bad }],
    ['expires_in is a text of digits', answer({ ...good, expires_in: '3600' }), {}],
    ['expires_in is a text of words', answer({ ...good, expires_in: 'soon' }), { lifetime: bad }],
    ['expires_in is empty', answer({ ...good, expires_in: '' }), { lifetime: bad }],
    ['expires_in is NaN in text', answer({ ...good, expires_in: 'NaN' }), { lifetime: bad }],
    ['expires_in is true', answer({ ...good, expires_in: true }), { lifetime: bad }],
    ['expires_in is a list', answer({ ...good, expires_in: [3600] }), { lifetime: bad }],
    ['expires_in is zero', answer({ ...good, expires_in: 0 }), { lifetime: seconds(0) }],
    ['expires_in is a fraction', answer({ ...good, expires_in: 59.9 }), { lifetime: seconds(59) }],
    [
      'expires_in is beyond all reason',
      answer({ ...good, expires_in: 1e20 }),
      { lifetime: seconds(315_360_000) }
    ],
    ['expires_in is missing', answer({ ...good, expires_in: undefined }), { lifetime: absent }],
    ['token_type is missing', answer({ ...good, token_type: undefined }), { tokenType: null }],
    ['token_type is unknown', answer({ ...good, token_type: 'user' }), { tokenType: 'user' }],
    ['token_type is a number', answer({ ...good, token_type: 7 }), { tokenType: null }],
    ['token_type is a speech', answer({ ...good, token_type: 'not a type' }), { tokenType: null }],
    ['scope is a list', answer({ ...good, scope: ['a', 'b'] }), {}],
    ['scope is null', answer({ ...good, scope: null }), { scopes: null }],
    ['scope is missing', answer({ ...good, scope: undefined }), { scopes: null }],
    ['scope is empty, which means none', answer({ ...good, scope: '' }), { scopes: [] }],
    ['scope is spread out and doubled', answer({ ...good, scope: '  a   b a ' }), {}],
    ['refresh_token is null', answer({ ...good, refresh_token: null }), { refreshToken: null }],
    ['refresh_token is empty', answer({ ...good, refresh_token: '' }), { refreshToken: null }],
    ['refresh_token is a number', answer({ ...good, refresh_token: 7 }), { refreshToken: null }],
    ['id_token is no text', answer({ ...good, id_token: {} }), { idToken: null }],
    [
      'form encoding',
      answer('access_token=at&token_type=Bearer&expires_in=3600&refresh_token=rotated&scope=a+b', {
        contentType: FORM_TYPE
      }),
      {}
    ],
    [
      'form encoding that calls itself text',
      answer('access_token=at&token_type=Bearer&expires_in=3600&refresh_token=rotated&scope=a%20b', {
        contentType: 'text/plain'
      }),
      {}
    ],
    ['JSON that calls itself text', answer(good, { contentType: 'text/plain' }), {}],
    ['JSON that calls itself HTML', answer(good, { contentType: 'text/html' }), {}],
    ['JSON without a type', answer(good, { contentType: '' }), {}],
    ['JSON after a byte order mark', answer(`\uFEFF${JSON.stringify(good)}`), {}],
    ['the tokens one level down', answer({ ok: true, authed_user: good }), {}],
    ['an error of null beside the tokens', answer({ ...good, error: null }), {}],
    ['status 201', answer(good, { status: 201 }), {}]
  ]
  it.each(rows)('%s: the rotated token is kept', (_name, raw, difference) => {
    expect(readTokenAnswer(raw, ' ')).toEqual({ kind: 'tokens', fields: { ...read, ...difference } })
  })

  it('scopes with commas, where the provider is known to write them so', () => {
    const result = readTokenAnswer(answer({ ...good, scope: 'repo,gist, read:org' }), ',')
    expect(result).toMatchObject({ fields: { scopes: ['repo', 'gist', 'read:org'] } })
  })

  it('scopes with commas stay whole where the provider writes spaces', () => {
    expect(readTokenAnswer(answer({ ...good, scope: 'a,b' }), ' ')).toMatchObject({
      fields: { scopes: ['a,b'] }
    })
  })
})

describe('the life of a refresh token', () => {
  const rows: [string, object, TokenFields['refreshLife']][] = [
    ['a number, as GitHub tells it', { refresh_token_expires_in: 15_897_600 }, 15_897_600],
    ['a number, as Keycloak tells it', { refresh_expires_in: 1800 }, 1800],
    ['a text of digits', { refresh_token_expires_in: '1800' }, 1800],
    ['a fraction', { refresh_token_expires_in: 59.9 }, 59],
    ['the first of two', { refresh_token_expires_in: 60, refresh_expires_in: 90 }, 60],
    ['the one of two that can be read', { refresh_token_expires_in: null, refresh_expires_in: 90 }, 90],
    ['no end, by the 0 of an offline session at Keycloak', { refresh_expires_in: 0 }, 'endless'],
    ['the same as text', { refresh_expires_in: '0' }, 'endless'],
    ['unknown, if 0 stands beside no refresh token', { refresh_expires_in: 0, refresh_token: null }, null],
    ['unknown, if it is 0 elsewhere', { refresh_token_expires_in: 0 }, null],
    ['unknown, if missing', {}, null],
    ['unknown, if null', { refresh_token_expires_in: null }, null],
    ['unknown, if negative', { refresh_expires_in: -1 }, null],
    ['unknown, if negative in text', { refresh_expires_in: '-1' }, null],
    ['unknown, if NaN in text', { refresh_token_expires_in: 'NaN' }, null],
    ['unknown, if a list', { refresh_token_expires_in: [60] }, null],
    ['unknown, if beyond all reason', { refresh_token_expires_in: 1e20 }, null]
  ]
  it.each(rows)('is %s, and nothing else of the answer suffers', (_name, change, refreshLife) => {
    const raw = answer({ ...good, ...change })
    const refreshToken = 'refresh_token' in change ? null : 'rotated'
    expect(readTokenAnswer(raw, ' ')).toEqual({
      kind: 'tokens',
      fields: { ...read, refreshToken, refreshLife }
    })
  })

  it('is read in a form too', () => {
    const text = 'access_token=at&refresh_token=r&refresh_token_expires_in=15897600'
    expect(readTokenAnswer(answer(text, { contentType: FORM_TYPE }), ' ')).toMatchObject({
      fields: { refreshLife: 15_897_600 }
    })
  })
})

describe('a refresh token beside an access token of no use', () => {
  it.each([
    ['{"access_token":{"value":"x"},"refresh_token":"r-2"}'],
    ['{"access_token":"","refresh_token":"r-2"}'],
    ['{"refresh_token":"r-2\\n","token_type":"bearer"}'],
    ['access_token=&refresh_token=r-2']
  ])('is kept: %s', (body) => {
    const raw = { status: 200, contentType: '', text: body }
    expect(readTokenAnswer(raw, ' ')).toEqual({ kind: 'rotated-alone', refreshToken: 'r-2' })
  })

  it.each([
    [200, '{"error":"invalid_grant","refresh_token":"r-2"}'],
    [400, '{"refresh_token":"r-2"}'],
    [200, '{"ok":false,"refresh_token":"r-2"}'],
    [200, '{"refresh_token":"null"}']
  ])('is nothing in a refusal, nor is a word for nothing: %i %s', (status, body) => {
    expect(readTokenAnswer({ status, contentType: 'application/json', text: body }, ' ').kind).toBe('error')
  })
})

describe('an answer without tokens', () => {
  const rows: [string, RawAnswer, object][] = [
    [
      'invalid_grant',
      answer({ error: 'invalid_grant' }, { status: 400 }),
      { kind: 'error', status: 400, code: 'invalid_grant' }
    ],
    [
      'an error in a 200',
      answer({ error: 'bad_verification_code' }),
      { kind: 'error', status: 400, code: 'bad_verification_code' }
    ],
    [
      'an error in a form in a 200',
      answer('error=bad_verification_code&error_description=x', { contentType: FORM_TYPE }),
      { kind: 'error', status: 400, code: 'bad_verification_code' }
    ],
    [
      'ok:false in a 200',
      answer({ ok: false, error: 'invalid_code' }),
      { kind: 'error', status: 400, code: 'invalid_code' }
    ],
    [
      'a token in the place of the code',
      answer({ error: 'eyJhbGciOiJSUzI1NiJ9.c2VjcmV0.X1Y2Z3' }, { status: 400 }),
      { kind: 'error', status: 400, code: null }
    ],
    ['a 400 without a body', answer('', { status: 400 }), { kind: 'error', status: 400, code: null }],
    [
      'a 401 with a word that is no code',
      answer({ error: 'not <b>a</b> code' }, { status: 401 }),
      { kind: 'error', status: 401, code: null }
    ],
    [
      'a 403 in plain text',
      answer('go away', { status: 403, contentType: 'text/plain' }),
      { kind: 'error', status: 403, code: null }
    ],
    [
      'a 200 with an empty access token',
      answer({ ...good, refresh_token: undefined, access_token: '' }),
      { kind: 'error', status: 200, code: null }
    ],
    [
      'a 200 with a number for a token',
      answer({ ...good, refresh_token: undefined, access_token: 7 }),
      { kind: 'error', status: 200, code: null }
    ],
    [
      'a token that would break a header',
      answer({ ...good, refresh_token: undefined, access_token: 'a\r\nb' }),
      { kind: 'error', status: 200, code: null }
    ],
    ['tokens in a 400', answer(good, { status: 400 }), { kind: 'error', status: 400, code: null }],
    [
      'try later, as an error',
      answer({ error: 'temporarily_unavailable' }, { status: 400 }),
      { kind: 'transport', transport: 'refused-for-now' }
    ],
    [
      'HTML',
      answer('<!DOCTYPE html><p>Log in to the Wi-Fi', { contentType: 'text/html' }),
      { kind: 'transport', transport: 'html' }
    ],
    ['HTML that calls itself JSON', answer('<html></html>'), { kind: 'transport', transport: 'html' }],
    [
      'HTML in a 403',
      answer('<p>Blocked', { status: 403, contentType: 'text/html' }),
      { kind: 'transport', transport: 'html' }
    ],
    ['an empty 200', answer(''), { kind: 'transport', transport: 'unreadable' }],
    [
      'JSON that was cut off',
      answer('{"access_token":"at","refr'),
      { kind: 'transport', transport: 'unreadable' }
    ],
    ['a JSON list', answer('[1]'), { kind: 'transport', transport: 'unreadable' }],
    ['a JSON null', answer('null'), { kind: 'transport', transport: 'unreadable' }]
  ]
  it.each(rows)('%s', (_name, raw, expected) => {
    expect(readTokenAnswer(raw, ' ')).toEqual(expected)
  })

  it('never throws, whatever JSON or text comes', () => {
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc.object().map((value) => JSON.stringify({ ...good, ...value }))
    )
    const type = fc.constantFrom(JSON_TYPE, FORM_TYPE, 'text/plain', '')
    fc.assert(
      fc.property(body, type, fc.integer({ min: 200, max: 499 }), (text, contentType, status) => {
        expect(['tokens', 'error', 'transport']).toContain(
          readTokenAnswer({ status, contentType, text }, ',').kind
        )
      }),
      { numRuns: 2000 }
    )
  })

  it('takes no token out of nonsense', () => {
    for (const text of [
      '{',
      '=',
      '&&&',
      '%',
      '%zz=1',
      '"a"',
      '\u0000',
      '{"__proto__":{"access_token":"x"}}'
    ]) {
      expect(readTokenAnswer(answer(text), ' ').kind).not.toBe('tokens')
    }
  })
})

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
