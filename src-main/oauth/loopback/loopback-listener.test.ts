import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCallback } from './loopback-listener.ts'

const expected = { state: 'right-state', issuer: 'https://as.example', requiresIssuer: true }
const iss = 'iss=https%3A%2F%2Fas.example'

describe('an answer that belongs to the attempt', () => {
  it('brings its code', () => {
    expect(readCallback(`code=abc&state=right-state&${iss}`, expected)).toEqual({
      kind: 'code',
      code: 'abc',
      issuer: 'https://as.example'
    })
  })

  it('may name no issuer where none was promised', () => {
    const answer = readCallback('code=abc&state=right-state', { ...expected, requiresIssuer: false })
    expect(answer).toEqual({ kind: 'code', code: 'abc', issuer: null })
  })

  it('brings the provider’s error', () => {
    expect(readCallback(`error=access_denied&state=right-state&${iss}`, expected)).toEqual({
      kind: 'error',
      error: 'access_denied'
    })
  })

  it('may carry more than we ask for', () => {
    expect(readCallback(`code=abc&state=right-state&${iss}&session_state=x&scope=a`, expected)?.kind).toBe(
      'code'
    )
  })
})

describe('an answer that does not', () => {
  const rows: [string, string][] = [
    ['nothing', ''],
    ['no state', `code=abc&${iss}`],
    ['a wrong state', `code=abc&state=wrong&${iss}`],
    ['an empty state', `code=abc&state=&${iss}`],
    ['the right state twice', `code=abc&state=right-state&state=right-state&${iss}`],
    ['a second, wrong state', `code=abc&state=right-state&state=wrong&${iss}`],
    ['two codes', `code=abc&code=def&state=right-state&${iss}`],
    ['the issuer twice', `code=abc&state=right-state&${iss}&${iss}`],
    ['no issuer', 'code=abc&state=right-state'],
    ['an empty issuer', 'code=abc&state=right-state&iss='],
    ['another issuer', 'code=abc&state=right-state&iss=https%3A%2F%2Fevil.example'],
    ['the issuer with a slash more', `code=abc&state=right-state&${iss}%2F`],
    ['no code', `state=right-state&${iss}`],
    ['an empty code', `code=&state=right-state&${iss}`],
    ['a code with a line break', `code=a%0Ab&state=right-state&${iss}`],
    ['a code of 5,000 characters', `code=${'a'.repeat(5000)}&state=right-state&${iss}`],
    ['a code and an error', `code=abc&error=access_denied&state=right-state&${iss}`],
    ['an error with a wrong state', `error=access_denied&state=wrong&${iss}`],
    ['an error of another issuer', 'error=access_denied&state=right-state&iss=https%3A%2F%2Fevil.example'],
    ['an error that is a speech', `error=you%20must%0Acall%20us&state=right-state&${iss}`]
  ]
  it.each(rows)('has %s', (_name, query) => {
    expect(readCallback(query, expected)).toBeNull()
  })

  it('is anything at all without the state', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (query) => {
        expect(readCallback(query, expected)).toBeNull()
      }),
      { numRuns: 2000 }
    )
  })

  it('names an issuer that is not ours, even if none was promised', () => {
    const query = 'code=abc&state=right-state&iss=https%3A%2F%2Fevil.example'
    expect(readCallback(query, { ...expected, requiresIssuer: false })).toBeNull()
  })
})
