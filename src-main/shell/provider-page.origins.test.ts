import { describe, expect, it } from 'vitest'
import { ExpectedOrigins } from './provider-page.ts'

const [issuer, staff, hop, evil] = [
  'https://id.example',
  'https://staff.example',
  'https://hop.example',
  'https://evil.example'
] as const

/** The origins of a sign-in whose first navigation is done. */
function arrived(): ExpectedOrigins {
  const origins = new ExpectedOrigins(issuer)
  origins.arrive()
  return origins
}

describe('the origins that a sign-in is expected to show', () => {
  it('are that of its start and those the server sends it on to', () => {
    const origins = new ExpectedOrigins(issuer)
    origins.redirect(hop)
    origins.redirect(staff)
    expect([issuer, hop, staff, evil].map((origin) => origins.has(origin))).toEqual([true, true, true, false])
  })

  it('grow when a form of an expected page is sent on by its own server', () => {
    const origins = arrived()
    origins.begin(issuer, issuer)
    origins.redirect(staff)
    origins.arrive()
    origins.begin(staff, staff)
    origins.redirect(hop)
    expect([staff, hop].map((origin) => origins.has(origin))).toEqual([true, true])
  })

  it.each([
    ['a page sends the person there', issuer, [evil], []],
    ['a page sends the person there by one hop', issuer, [hop], [evil]],
    ['a page sends the person there by two hops, one of them expected', issuer, [hop], [issuer, evil]],
    ['a page that is not expected goes through an expected server', evil, [issuer], [evil]]
  ])('do not grow when %s', (_name, from, [to = ''], redirects) => {
    const origins = arrived()
    origins.begin(from, to)
    for (const next of redirects) origins.redirect(next)
    expect(origins.has(evil)).toBe(false)
    expect(origins.has(hop)).toBe(false)
  })

  it('do not grow by an unannounced navigation', () => {
    const origins = arrived()
    origins.redirect(evil)
    expect(origins.has(evil)).toBe(false)
  })
})
