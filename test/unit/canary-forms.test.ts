import { describe, expect, it } from 'vitest'
import { secretForms } from '../support/canary-forms.ts'
import { createScanner, newCanary } from '../support/canary-scan.ts'

const secret = 'cnry_a/b+c "d"~ä\\0123456789-tail'
const canary = { kind: 'api-key', value: secret } as const
const scan = createScanner([canary])
const formsIn = (data: Buffer | string): string[] => scan(data).map(({ form }) => form)

describe('the forms of a secret', () => {
  it('find it wherever it begins in a base64 text, and whatever follows', () => {
    for (const before of ['', 'x', 'xy', 'xyz', '{"key":"']) {
      for (const after of ['', '"', '"}', '"} ']) {
        const bytes = Buffer.from(`${before}${secret}${after}`)
        const shift = before.length % 3
        const where = shift === 0 ? '' : `, shifted by ${String(shift)}`
        expect(formsIn(bytes.toString('base64'))).toContain(`base64${where}`)
        expect(formsIn(bytes.toString('base64url')).join()).toMatch(/base64/)
      }
    }
  })

  it.each([
    ['plain', `key=${secret};`],
    ['hex', Buffer.from(`x${secret}`).toString('hex')],
    ['hex, upper case', Buffer.from(secret).toString('hex').toUpperCase()],
    ['UTF-16 LE', Buffer.from(`x${secret}`, 'utf16le')],
    ['UTF-16 BE', Buffer.from(`x${secret}`, 'utf16le').swap16()],
    ['percent', `?q=${encodeURIComponent(secret)}&x`],
    ['percent, form', new URLSearchParams({ key: secret, x: 'y' }).toString()],
    ['JSON', JSON.stringify({ secret })],
    ['first half', secret.slice(0, 20)],
    ['second half', `…${secret.slice(12)}`]
  ])('find it as %s', (form, data) => {
    expect(formsIn(data)).toContain(form)
  })

  it('find it when every byte or character is escaped', () => {
    const bytes = [...Buffer.from(secret)].map((byte) => byte.toString(16).padStart(2, '0'))
    expect(formsIn(`%${bytes.join('%')}`)).toEqual(['percent, every byte'])
    expect(formsIn(`%${bytes.join('%')}`.toUpperCase())).toEqual(['percent, every byte in upper case'])
    const units = secret.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'))
    expect(formsIn(`\\u${units.join('\\u')}`)).toEqual(['JSON, every character'])
  })

  it('are listed once when they are the same bytes', () => {
    const names = secretForms('abcdefghijklmnopqrstuvwxyz').map(({ name }) => name)
    expect(names).toContain('plain')
    expect(names).not.toContain('percent')
    expect(names).not.toContain('JSON')
  })

  it('refuse a secret so short that it is found by accident', () => {
    expect(() => secretForms('fifteen letters')).toThrow(RangeError)
    expect(secretForms('sixteen letters!').length).toBeGreaterThan(8)
  })
})

describe('the scanner', () => {
  it('says which of many secrets it found and where, and not the secret', () => {
    const many = (['code', 'verifier', 'access-token'] as const).map(newCanary)
    const found = createScanner(many)(`0123456789${many[1]!.value}…${many[2]!.value}`)
    expect(found).toContainEqual({ form: 'plain', secretKind: 'verifier', at: 10 })
    expect(found.map(({ secretKind }) => secretKind)).toContain('access-token')
    expect(found.map(({ secretKind }) => secretKind)).not.toContain('code')
    expect(JSON.stringify(found)).not.toContain(many[1]!.value)
  })

  it('finds it at the very start and the very end, and nothing in a secret cut short', () => {
    expect(formsIn(secret)).toContain('plain')
    expect(formsIn(secret.slice(0, 15))).toEqual([])
    expect(formsIn('')).toEqual([])
    expect(scan(Buffer.concat([Buffer.alloc(1_000_000), Buffer.from(secret)]))[0]).toMatchObject({
      at: 1_000_000
    })
  })

  it('finds nothing in text of other secrets', () => {
    const others = Array.from({ length: 2000 }, () => newCanary('code').value).join('')
    expect(scan(others)).toEqual([])
  })
})
