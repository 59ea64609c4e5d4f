import { describe, expect, it } from 'vitest'
import { SecretWatch } from './secret-watch.ts'

const found = (...pieces: readonly string[]): boolean => {
  const watch = new SecretWatch()
  for (const piece of pieces) watch.push(Buffer.from(piece))
  return watch.hasFound
}
const AZ = 'abcdefghijklmnopqrstuvwxyz0123456789'
const shapes = {
  GitHub: `ghp_${AZ}`,
  'GitHub, fine-grained': `github_pat_11${AZ}`,
  GitLab: `glpat-${AZ.slice(0, 20)}`,
  OpenAI: `sk-proj-${AZ}`,
  Stripe: `sk_live_${AZ}`,
  Slack: `xoxb-12345678-${AZ}`,
  AWS: 'AKIAIOSFODNN7EXAMPLE',
  npm: `npm_${AZ}`,
  'Hugging Face': `hf_${AZ.slice(0, 34)}`,
  'a JWT': `eyJ${AZ}.eyJ${AZ}.${AZ}`,
  'a private key': '-----BEGIN OPENSSH PRIVATE KEY-----\n'
}

describe('an answer', () => {
  it.each(Object.entries(shapes))(
    'shows a credential of %s, whole and split at every place',
    (_name, secret) => {
      const text = `{"token":"${secret}"}`
      expect(found(text)).toBe(true)
      for (let place = 1; place < text.length; place += 1)
        expect([place, found(text.slice(0, place), text.slice(place))]).toEqual([place, true])
      expect(found(...Array.from(text))).toBe(true)
    }
  )

  it.each([
    '{"name":"ghp_short"}',
    `task-${AZ}`,
    `xghp_${AZ}`,
    'sk-learn',
    'AKIAIOSFODNN7EXAMPLES',
    'eyJhbGciOi.x',
    '-----BEGIN PUBLIC KEY-----',
    'Bearer [redacted]'
  ])('such as %j shows none', (text) => {
    expect(found(text)).toBe(false)
  })

  it('is looked at for its first 256 KiB', () => {
    expect(found('a '.repeat(100_000), shapes.GitHub)).toBe(true)
    expect(found('a '.repeat(140_000), shapes.GitHub)).toBe(false)
  })

  it('takes no time to speak of, for the worst text in the smallest pieces', () => {
    expect(found(...Array.from({ length: 5000 }, () => 'eyJ'))).toBe(false)
    expect(found('eyJ'.repeat(90_000))).toBe(false)
    expect(found('-----BEGIN '.repeat(25_000))).toBe(false)
  })
})
