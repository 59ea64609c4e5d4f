import { describe, expect, it } from 'vitest'
import { summary } from '../test-summary.ts'
import { askedNow, isChange, scopeChange } from './scope-change.ts'

describe('a change of scopes', () => {
  it('is told as what is new and what is left out', () => {
    const change = scopeChange(['openid', 'email'], ['openid', 'repo', 'gist'])
    expect(change).toEqual({ added: ['repo', 'gist'], removed: ['email'] })
    expect(isChange(change)).toBe(true)
  })

  it('is empty when only the order differs', () => {
    expect(isChange(scopeChange(['openid', 'email'], ['email', 'openid']))).toBe(false)
  })

  it('begins with what is asked for now, granted or not, each once', () => {
    const credential = { ...summary(), scopes: ['openid', 'email'], missingScopes: ['repo', 'email'] }
    expect(askedNow(credential)).toEqual(['openid', 'email', 'repo'])
    expect(askedNow(credential, 'gist')).toEqual(['openid', 'email', 'repo', 'gist'])
    expect(askedNow(credential, 'repo')).toEqual(['openid', 'email', 'repo'])
  })
})
