import { describe, expect, it } from 'vitest'
import { withHelperHost, withoutHelperHost } from './policy-text.ts'

const added = { service: 'cluster', helper: 'kubectl', host: '10.0.0.1:6443' }
const text = `version: 1
# The company's authorities.
network:
  ca_file: /etc/ssl/company.pem # as on every laptop
services:
  github:
    read_only: true
    deny: ["ANY /admin/**"]
`
const lines = `  cluster:
    helpers:
      kubectl: [10.0.0.1:6443]
`

describe('policy.yaml', () => {
  it('gets a host of a helper, and keeps its comments and all else', () => {
    expect(withHelperHost(text, added)).toBe(`${text}${lines}`)
  })

  it('is as before when that is taken back', () => {
    expect(withoutHelperHost(`${text}${lines}`, added)).toBe(text)
  })

  it('is made where there is none', () => {
    const made = withHelperHost('', added)
    expect(made).toBe(`version: 1\nservices:\n${lines}`)
    expect(withoutHelperHost(made ?? '', added)).toBe('version: 1\n')
  })

  it('gets a further host into the list that is there, and each once', () => {
    const two = withHelperHost(`${text}${lines}`, { ...added, host: 'b.example' }) ?? ''
    expect(two).toContain('kubectl: [10.0.0.1:6443, b.example]')
    expect(withHelperHost(two, added)).toBe(two)
    expect(withoutHelperHost(two, { ...added, host: 'b.example' })).toBe(`${text}${lines}`)
  })

  it('keeps what else is known of the service', () => {
    const changed = withHelperHost(text, { ...added, service: 'github' }) ?? ''
    expect(changed).toContain('deny: ["ANY /admin/**"]\n    helpers:\n      kubectl: [10.0.0.1:6443]\n')
    expect(withoutHelperHost(changed, { ...added, service: 'github' })).toBe(text)
  })

  it('is left as it is where it can not be read or names no such host', () => {
    for (const broken of ['a: [', '- 1', 'services: 1', 'services: { cluster: [] }', 'x'.repeat(40_000)]) {
      expect(withHelperHost(broken, added)).toBeNull()
      expect(withoutHelperHost(broken, added)).toBeNull()
    }
    expect(withoutHelperHost(text, added)).toBeNull()
  })
})
