import { describe, expect, it } from 'vitest'
import { secretForms } from '../../../test/support/canary-forms.ts'
import { Secret } from '../../core/secret.ts'
import { needlesOf } from './needles.ts'

const TOKEN = 'gho_Q7vk2mXn4zdp-Rt9.sW3_hL8bYc1~Fa6Ej5u'
const ODD = `p@ss/w"rd&<1>='é+~ !`

const utf8 = (text: string): string => Buffer.from(text).toString('latin1')

/** The needles as texts of latin1, a character for each byte. */
function textsOf(secret: string, users: readonly string[] = []): readonly string[] {
  return needlesOf([new Secret(secret)], users).map((needle) => Buffer.from(needle).toString('latin1'))
}

describe('the needles of a secret', () => {
  it.each([
    ['UTF-8', utf8(ODD)],
    ['latin1', ODD],
    ['hexadecimal', '704073732f77227264263c313e3d27c3a92b7e2021'],
    ['base64', 'cEBzcy93InJkJjwxPj0nw6krfiAh'],
    ['base64 of the URL-safe alphabet', 'Pz8_Pz8_Pz8_', '?????????'],
    ['encodeURIComponent', "p%40ss%2fw%22rd%26%3c1%3e%3d'%c3%a9%2b~%20!"],
    ['a strict percent encoding', 'p%40ss%2fw%22rd%26%3c1%3e%3d%27%c3%a9%2b~%20%21'],
    ['a percent encoding that keeps slashes', 'p%40ss/w%22rd%26%3c1%3e%3d%27%c3%a9%2b~%20%21'],
    ['encodeURI', "p@ss/w%22rd&%3c1%3e='%c3%a9+~%20!"],
    ['a percent encoding of every byte', '%61%62%63%64%65%66%67%c3%a9', 'abcdefgé'],
    ['a form', 'p%40ss%2Fw%22rd%26%3C1%3E%3D%27%C3%A9%2B%7E+%21'],
    ['JSON', utf8(String.raw`p@ss/w\"rd&<1>='é+~ !`)],
    ['JSON with escaped slashes', utf8(String.raw`p@ss\/w\"rd&<1>='é+~ !`)],
    ['JSON in ASCII', String.raw`p@ss/w\"rd&<1>='\u00e9+~ !`],
    ['JSON in ASCII with escaped slashes', String.raw`p@ss\/w\"rd&<1>='\u00e9+~ !`],
    ['JSON of Go', utf8(String.raw`p@ss/w\"rd\u0026\u003c1\u003e='é+~ !`)],
    ['JSON of Gson', utf8(String.raw`p@ss/w\"rd\u0026\u003c1\u003e\u003d\u0027é+~ !`)],
    [
      'JSON with every character escaped',
      String.raw`\u0061\u0062\u0063\u0064\u0065\u0066\u0067\u00e9`,
      'abcdefgé'
    ],
    ['HTML with plain quotes', utf8(`p@ss/w"rd&amp;&lt;1&gt;='é+~ !`)],
    ['HTML with quotes', utf8('p@ss/w&quot;rd&amp;&lt;1&gt;=&#39;é+~ !')],
    ['HTML with escaped slashes', utf8('p@ss&#x2F;w&quot;rd&amp;&lt;1&gt;=&#x27;é+~ !')],
    ['XML', utf8('p@ss/w&quot;rd&amp;&lt;1&gt;=&apos;é+~ !')]
  ])('have its form in %s', (_name, form, secret = ODD) => {
    expect(textsOf(secret)).toContain(form)
  })

  it('have every form in which the tests of the vault look for a whole secret', () => {
    const folded = textsOf(TOKEN).map((text) => text.toLowerCase())
    const forms = secretForms(TOKEN).filter(({ name }) => !/UTF-16|half/.test(name))
    expect(forms.length).toBeGreaterThan(8)
    for (const { name, bytes } of forms)
      expect([name, folded]).toEqual([name, expect.arrayContaining([bytes.toString().toLowerCase()])])
  })

  it('leave at most two of its characters, of 6 bits each, in a base64 text with neighbours', () => {
    const needles = textsOf(TOKEN)
    for (const before of ['', 'a', 'ab', 'abc', 'abcd']) {
      for (const after of ['', 'x', 'xy', 'xyz']) {
        const text = Buffer.from(before + TOKEN + after).toString('base64')
        const longest = needles.find((needle) => text.includes(needle)) ?? ''
        expect(longest.length * 6).toBeGreaterThan(TOKEN.length * 8 - 12)
      }
    }
  })

  it('have the values of Basic, whole', () => {
    const texts = textsOf(TOKEN, ['x-access-token', ''])
    for (const pair of [`x-access-token:${TOKEN}`, `:${TOKEN}`, `${TOKEN}:`]) {
      expect(texts).toContain(Buffer.from(pair).toString('base64'))
    }
  })

  it('are listed once, the longest first', () => {
    const secrets = [TOKEN, ODD, TOKEN].map((text) => new Secret(text))
    const needles = needlesOf(secrets, ['user', 'user'])
    const texts = needles.map((needle) => Buffer.from(needle).toString('latin1'))
    expect(new Set(texts).size).toBe(texts.length)
    expect(texts).toEqual(expect.arrayContaining([TOKEN, ODD]))
    const lengths = needles.map(({ length }) => length)
    expect(lengths).toEqual(lengths.toSorted((a, b) => b - a))
  })

  it('are none for a secret of fewer than 8 bytes', () => {
    expect(textsOf('1234567', ['user'])).toEqual([])
    expect(textsOf('')).toEqual([])
    expect(textsOf('12345678')).toContain('12345678')
  })

  it('are never shorter than 8 bytes, not even in latin1', () => {
    const texts = textsOf('éèêë')
    expect(texts).toContain(utf8('éèêë'))
    expect(texts).not.toContain('éèêë')
  })

  it('have U+FFFD in place of a lone surrogate, as the wire does', () => {
    const texts = textsOf('secret \ud800 text')
    expect(texts).toEqual(
      expect.arrayContaining([utf8('secret \ufffd text'), String.raw`secret \ufffd text`])
    )
  })
})
