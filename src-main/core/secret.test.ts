import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { mask, Secret } from './secret.ts'

const text = 'sk-live-0123456789abcdef'

describe('a secret', () => {
  it('is redacted wherever it is printed by accident', () => {
    const secret = new Secret(text)
    const printed = [
      'a template says '.concat(secret as unknown as string),
      String(secret),
      JSON.stringify({ secret }),
      inspect({ deep: { secret } }, { depth: 10, showHidden: true }),
      JSON.stringify(structuredClone(secret)),
      Object.values(secret).join(),
      [secret].join()
    ]
    for (const line of printed) expect(line).not.toContain('0123456789')
    expect(printed[1]).toBe('[redacted]')
  })

  it('is reached through expose alone', () => {
    expect(new Secret(text).expose((plain) => plain.length)).toBe(text.length)
    expect(new Secret(text).equals(new Secret(text))).toBe(true)
  })
})

describe('the mask', () => {
  it.each([
    ['', '••••••••'],
    ['12345678', '••••••••'],
    ['123456789', '12••••••••89'],
    ['gho_16C7e42F292c6912E7710c838347Ae178B4a', 'gh••••••••4a'],
    ['👩‍🚀-key-with-astronaut-🚀', '👩‍••••••••-🚀']
  ])('of %j is %j', (plain, shown) => {
    expect(mask(new Secret(plain))).toBe(shown)
  })

  it('says nothing about the length', () => {
    expect(mask(new Secret('a'.repeat(20)))).toHaveLength(mask(new Secret('a'.repeat(4000))).length)
  })
})
