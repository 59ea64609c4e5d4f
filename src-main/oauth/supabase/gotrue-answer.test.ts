import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { VaultError } from '#shared/problem.ts'
import { TransportError } from '../../core/tokens/transport-error.ts'
import { ExchangeSecrets } from '../http/exchange-secrets.ts'
import { TokenRefusal } from '../http/token-fetch.ts'
import { readTokens, readUser, refusalIn } from './gotrue-answer.ts'
import { refreshProblem, signInProblem } from './gotrue-problem.ts'

const none = new ExchangeSecrets([])
const json = (status: number, body: unknown) => ({
  status,
  contentType: 'application/json',
  text: JSON.stringify(body)
})
const thrownBy = (task: () => unknown): unknown => {
  try {
    return task()
  } catch (error) {
    return error
  }
}
/** The shapes in which servers report the same error. */
const shapes = (status: number, code: string) => [
  json(status, { code: status, error_code: code, msg: 'For people.' }),
  json(status, { code, message: 'For people.' })
]

describe('an answer of Supabase Auth', () => {
  it('with tokens is read, the life of the access token with them', () => {
    const body = { access_token: 'a', refresh_token: 'r', token_type: 'bearer', expires_in: 3600 }
    expect(readTokens(json(200, body))).toMatchObject({
      accessToken: 'a',
      refreshToken: 'r',
      lifetime: { kind: 'seconds', seconds: 3600 }
    })
  })

  it.each([
    ['refresh_token_not_found', 400, 'REFRESH_REJECTED'],
    ['refresh_token_already_used', 400, 'REFRESH_REJECTED'],
    ['session_not_found', 403, 'REFRESH_REJECTED'],
    ['session_expired', 400, 'REFRESH_REJECTED'],
    ['user_not_found', 404, 'REFRESH_REJECTED'],
    ['user_banned', 400, 'PROVIDER_REFUSED'],
    ['insufficient_aal', 401, 'CONSENT_REQUIRED'],
    ['validation_failed', 422, 'PROVIDER_REFUSED'],
    ['bad_json', 400, 'PROVIDER_REFUSED'],
    ['over_request_rate_limit', 400, 'REFRESH_UNREACHABLE'],
    ['conflict', 409, 'REFRESH_UNREACHABLE'],
    ['a_code_of_tomorrow', 400, 'PROVIDER_REFUSED']
  ])('to a renewal with %s (%i) is %s', (code, status, problem) => {
    for (const answer of shapes(status, code)) {
      expect(refreshProblem(thrownBy(() => readTokens(answer)))).toMatchObject({ code: problem })
    }
  })

  it.each([
    ['Invalid Refresh Token', 'REFRESH_REJECTED'],
    ['Invalid Refresh Token: Session Expired', 'REFRESH_REJECTED'],
    ['Invalid Refresh Token: User Banned', 'PROVIDER_REFUSED']
  ])('of a server before error codes, “%s”, is %s', (words, problem) => {
    const answer = json(400, { error: 'invalid_grant', error_description: words })
    expect(refreshProblem(thrownBy(() => readTokens(answer)))).toMatchObject({ code: problem })
  })

  it.each([
    ['invalid_credentials', 'SIGN_IN_DENIED', 'Check both'],
    ['email_not_confirmed', 'SIGN_IN_DENIED', 'not confirmed'],
    ['user_banned', 'SIGN_IN_DENIED', 'banned'],
    ['email_provider_disabled', 'SIGN_IN_DENIED', 'OAuth server'],
    ['captcha_failed', 'SIGN_IN_DENIED', 'captcha'],
    ['insufficient_aal', 'SIGN_IN_DENIED', 'second factor'],
    ['validation_failed', 'PROVIDER_REFUSED', '']
  ])('to a sign-in with %s is %s with what to do', (code, problem, words) => {
    for (const answer of shapes(400, code)) {
      expect(signInProblem(thrownBy(() => readTokens(answer)))).toMatchObject({
        code: problem,
        message: expect.stringContaining(words)
      })
    }
  })

  it('that the gateway gives, which has no codes, is about the key or the address', () => {
    const key = thrownBy(() => readTokens(json(401, { message: 'Invalid API key', hint: 'x' })))
    expect(signInProblem(key).code).toBe('CLIENT_REFUSED')
    expect(refreshProblem(key).code).toBe('CLIENT_REFUSED')
    const place = thrownBy(() => readTokens(json(404, { message: 'no Route matched with those values' })))
    expect(signInProblem(place).message).toContain('no Supabase Auth')
    expect(refreshProblem(place).code).toBe('PROVIDER_REFUSED')
  })

  it('of a page on the way says nothing about the session', () => {
    const page = { status: 400, contentType: 'text/html', text: '<html>refresh_token_not_found</html>' }
    expect(refreshProblem(thrownBy(() => readTokens(page)))).toMatchObject({ code: 'REFRESH_UNREACHABLE' })
  })

  // The last two look like the refresh tokens that GoTrue hands out.
  it.each(['eyJplanted0123456789', 'k7vq2mxn4zdp', 'kvqmxnzdpabc'])(
    'leaves %s in no error, wherever it stood',
    (planted) => {
      for (const name of ['error', 'error_description', 'error_code', 'code', 'msg', 'message']) {
        const refusal = thrownBy(() => readTokens(json(400, { [name]: planted })))
        for (const error of [refusal, signInProblem(refusal), refreshProblem(refusal)]) {
          expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(planted)
        }
      }
    }
  )

  it('names its user, and a factor that is set up; nothing else is believed', () => {
    const user = { id: 'a-1', email: 'ana@example.test', factors: [{ status: 'unverified' }] }
    expect(readUser(json(200, { user }), none)).toEqual({
      id: 'a-1',
      email: 'ana@example.test',
      hasSecondFactor: false
    })
    const factors = [{ status: 'unverified' }, { status: 'verified' }]
    expect(readUser(json(200, { user: { ...user, factors } }), none).hasSecondFactor).toBe(true)
    const nobody = { id: null, email: null, hasSecondFactor: false }
    for (const odd of [null, [], 'ana', { id: 7, email: [], factors: {} }, { id: 'x y' }]) {
      expect(readUser(json(200, { user: odd }), none)).toEqual(nobody)
    }
  })

  it('of any shape is tokens, a refusal or nothing that tells, and never another error', () => {
    const names = fc.constantFrom('error', 'error_code', 'code', 'msg', 'message', 'access_token', 'user')
    const answers = fc.record({
      status: fc.constantFrom(200, 400, 401, 403, 404, 409, 422),
      contentType: fc.constantFrom('application/json', 'text/plain', ''),
      text: fc.oneof(
        fc.string(),
        fc.dictionary(names, fc.jsonValue()).map((body) => JSON.stringify(body))
      )
    })
    fc.assert(
      fc.property(answers, (answer) => {
        readUser(answer, none)
        const error = thrownBy(() => readTokens(answer))
        if (!(error instanceof Error)) return
        expect(error instanceof TokenRefusal || error instanceof TransportError).toBe(true)
        expect(refreshProblem(error)).toBeInstanceOf(VaultError)
        expect(refusalIn(answer)).toBeInstanceOf(Error)
      })
    )
  })
})
