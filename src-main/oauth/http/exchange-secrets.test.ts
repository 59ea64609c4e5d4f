import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { secretForms } from '../../../test/support/canary-forms.ts'
import { ExchangeSecrets, secretsSent } from './exchange-secrets.ts'

const TOKEN = 'gho_Q7vk2mXn4zdp-Rt9.sW3_hL8bYc1~Fa6Ej5u'
const secrets = new ExchangeSecrets(['', TOKEN])
const backwards = Array.from(TOKEN).toReversed().join('')

describe('the secrets of an exchange', () => {
  it.each(
    secretForms(TOKEN)
      .filter(({ name }) => !name.startsWith('UTF-16'))
      .map(({ name, bytes }) => [name, bytes.toString()] as const)
  )('are found in a text that holds one: %s', (_name, form) => {
    expect(secrets.areQuotedIn(form)).toBe(true)
    expect(secrets.areQuotedIn(`read:${form}:all`)).toBe(true)
  })

  it.each([
    ['in upper case', TOKEN.toUpperCase()],
    ['in lower case', TOKEN.toLowerCase()],
    ['backwards', backwards],
    ['with a sign after each character', Array.from(TOKEN).join('.')],
    ['with a space in the middle', `${TOKEN.slice(0, 8)} ${TOKEN.slice(8)}`],
    ['in wide letters', TOKEN.replaceAll(/[a-z]/g, (a) => String.fromCharCode(a.charCodeAt(0) + 0xfee0))],
    ['12 characters of it', TOKEN.slice(20, 32)],
    ['as a name', `Ana ${TOKEN} <ana@example.test>`]
  ])('are found %s', (_name, text) => {
    expect(secrets.areQuotedIn(text)).toBe(true)
  })

  it.each(['openid', 'repo', 'read:user', 'ana@example.test', '', 'https://www.googleapis.com/auth/drive'])(
    'are not seen in “%s”',
    (text) => expect(secrets.areQuotedIn(text)).toBe(false)
  )

  it.each([
    ['k7v2mq', 'x:K7V2MQ', true],
    ['k7v2mq', 'k7v2m', false],
    ['k7v', 'k7v', true],
    ['k7v', 'xk7v', false],
    ['пароль-мой', 'Пароль Мой', true]
  ])('are looked for as a whole when they are short: %s in %s is %s', (secret, text, isQuoted) => {
    expect(new ExchangeSecrets([secret]).areQuotedIn(text)).toBe(isQuoted)
  })

  it('take from a list the texts that quote them, and nothing else', () => {
    expect(secrets.unquotedOf(['openid', TOKEN, 'repo'])).toEqual(['openid', 'repo'])
    expect(secrets.unquotedOf([])).toEqual([])
  })

  it('are seen in pieces, in whatever order they come', () => {
    const pieces = [TOKEN.slice(30, 38), TOKEN.slice(4, 12), 'openid', TOKEN.slice(14, 21)]
    expect(secrets.unquotedOf(pieces)).toEqual(['openid'])
    expect(secrets.unquotedOf(TOKEN.match(/.{1,3}/g)!)).toBeNull()
  })

  it('are found in any text that was built around one', () => {
    const letters = fc.string({
      unit: fc.constantFrom(...Array.from('abcdefgh0123456789_-.~')),
      minLength: 16,
      maxLength: 60
    })
    const around = fc.string({ maxLength: 20 })
    const cut = fc.integer({ min: 0, max: 4 })
    fc.assert(
      fc.property(letters, around, around, cut, (secret, before, after, start) => {
        fc.pre(/[a-z\d]{13}/.test(secret.slice(start)))
        expect(new ExchangeSecrets([secret]).areQuotedIn(before + secret.slice(start) + after)).toBe(true)
      })
    )
  })
})

describe('what a request holds of secrets', () => {
  it.each([
    [
      'a form',
      {},
      new URLSearchParams({ grant_type: 'x', code: 'c', code_verifier: 'v', client_secret: 's' }),
      ['s', 'c', 'v']
    ],
    ['JSON', {}, '{"email":"a","password":"p"}', ['p']],
    ['a bearer token', { Authorization: 'Bearer t' }, null, ['t']],
    ['DPoP', { authorization: 'DPoP t' }, '', ['t']],
    ['a key of a project', { apikey: 'k' }, null, ['k']],
    [
      'a client’s secret in the header',
      { authorization: `Basic ${btoa('id:a%2Bb')}` },
      null,
      [btoa('id:a%2Bb'), 'a+b']
    ],
    ['nothing', { accept: 'x' }, '{"broken', []]
  ])('is told of %s', (_name, headers, body, held) => {
    expect(secretsSent({ headers, body: body?.toString() ?? null })).toEqual(held)
  })
})
