import { describe, expect, it } from 'vitest'
import { type RawAnswer, readTokenAnswer } from './token-answer.ts'

const answer = (body: object): RawAnswer => ({
  status: 200,
  contentType: 'application/json',
  text: JSON.stringify(body)
})

describe('an answer of a provider that departs from the RFC', () => {
  const slack = { tokensAt: ['authed_user'], errorCodes: { invalid_refresh_token: 'invalid_grant' } }
  const read = (body: object, quirks = slack) => readTokenAnswer(answer(body), ',', quirks)

  it('has its tokens where the row says, whatever stands above them', () => {
    const result = read({ access_token: 'bot', authed_user: { access_token: 'person' } })
    expect(result).toMatchObject({ kind: 'tokens', fields: { accessToken: 'person' } })
  })

  it('has its tokens at the top when the place in the row has none', () => {
    for (const authed_user of [undefined, null, 'x', [], {}, { access_token: '' }]) {
      expect(read({ access_token: 'person', authed_user })).toMatchObject({
        kind: 'tokens',
        fields: { accessToken: 'person' }
      })
    }
  })

  it('has its tokens as deep as the row says', () => {
    const quirks = { tokensAt: ['a', 'b'], errorCodes: {} }
    expect(readTokenAnswer(answer({ a: { b: { access_token: 't' } } }), ' ', quirks)).toMatchObject({
      kind: 'tokens',
      fields: { accessToken: 't' }
    })
  })

  it('is an error with ok false, in the words of the row where it has any', () => {
    expect(read({ ok: false, error: 'invalid_refresh_token' })).toMatchObject({ code: 'invalid_grant' })
    expect(read({ ok: false, error: 'something_else', access_token: 't' })).toEqual({
      kind: 'error',
      status: 400,
      code: 'something_else'
    })
  })

  it.each([
    ['constructor', 'constructor'],
    ['__proto__', '__proto__'],
    ['toString', null],
    ['xoxe-1-secret', null],
    [7, null],
    [null, null]
  ])('with the error %s says %s, though every object knows names such as these', (error, code) => {
    expect(read({ ok: false, error })).toEqual({ kind: 'error', status: 400, code })
  })
})
