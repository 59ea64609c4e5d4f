import { describe, expect, it } from 'vitest'
import { sampleWanted } from '../testing/use-world.ts'
import { type Approval, approvalText, covers, methodsLike, shownReason } from './approval.ts'

const NOW = new Date('2026-11-30T10:00:00Z')
const wanted = sampleWanted()

function approval(change: Partial<Approval> = {}): Approval {
  const { method: _method, ...rest } = wanted
  return {
    ...rest,
    id: 'id-1',
    methods: ['GET', 'HEAD'],
    duration: 'until-lock',
    givenAt: NOW,
    until: null,
    lastUsedAt: null,
    ...change
  }
}

/** A changed value for each field of what is wanted. */
const others = {
  client: 'other-id',
  credential: '["sso.example.net","bob"]',
  mode: 'reveal',
  scope: 'admin',
  host: 'api.example.net:8443',
  method: 'POST',
  path: '/v1/items/1'
} as const

describe('a remembered approval (threat: a compromised tool)', () => {
  it('covers the request that was shown', () => {
    expect(covers(approval(), wanted, NOW)).toBe(true)
  })

  it.each(Object.entries(others))('covers no request with another %s', (field, value) => {
    expect(covers(approval(), { ...wanted, [field]: value }, NOW)).toBe(false)
  })

  it.each([
    ['another sub-domain', { host: 'evil.api.example.net:443' }],
    ['the same host in upper case', { host: 'API.EXAMPLE.NET:443' }],
    ['a longer path', { path: '/v1/items/' }],
    ['the path in upper case', { path: '/V1/items' }],
    ['a relay', { mode: 'relay' as const }]
  ])('covers no request for %s', (_name, change) => {
    expect(covers(approval(), { ...wanted, ...change }, NOW)).toBe(false)
  })

  it('covers every path, but no other host, if it is for the whole host', () => {
    const whole = approval({ path: null })
    expect(covers(whole, { ...wanted, path: '/v2/other' }, NOW)).toBe(true)
    expect(covers(whole, { ...wanted, path: '/v2/other', host: others.host }, NOW)).toBe(false)
  })

  it('holds until its end and not at it', () => {
    const ending = approval({ until: NOW })
    expect(covers(ending, wanted, new Date(NOW.getTime() - 1))).toBe(true)
    expect(covers(ending, wanted, NOW)).toBe(false)
  })

  it('covers reading methods together, and each other method on its own', () => {
    expect(methodsLike('HEAD')).toEqual(['GET', 'HEAD'])
    expect(methodsLike('GET')).toEqual(['GET', 'HEAD'])
    for (const method of ['POST', 'DELETE', 'OPTIONS', 'ANY']) expect(methodsLike(method)).toEqual([method])
  })
})

describe('the text that an answer is bound to', () => {
  it.each(Object.entries(others))('changes with the %s', (field, value) => {
    expect(approvalText({ ...wanted, [field]: value }, null)).not.toBe(approvalText(wanted, null))
  })

  it('changes with the reason, and says whether there is one', () => {
    const texts = [null, '', 'null', 'to read'].map((reason) => approvalText(wanted, reason))
    expect(new Set(texts).size).toBe(4)
  })

  it('can not be made the same by moving text from one field to the next', () => {
    const one = approvalText({ ...wanted, method: 'GET', path: '/a","/b' }, null)
    const other = approvalText({ ...wanted, method: 'GET","/a', path: '/b' }, null)
    expect(one).not.toBe(other)
  })
})

describe('a reason (attack: bidi and line breaks in what is shown)', () => {
  it('is shown without line breaks, turned text and characters that can not be seen', () => {
    const shown = shownReason(' read\nthe \u202Elist\u200B\u{E0100} ')
    expect(shown).toMatch(/^read.the .list/)
    for (const hidden of ['\n', '\u202E', '\u200B', '\u{E0100}']) expect(shown).not.toContain(hidden)
  })

  it('is cut at 200 characters, and is absent if nothing is left', () => {
    expect(shownReason('x'.repeat(500))).toHaveLength(200)
    expect([shownReason(null), shownReason(''), shownReason('  ')]).toEqual([null, null, null])
  })
})
