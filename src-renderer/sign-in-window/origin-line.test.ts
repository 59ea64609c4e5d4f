import { describe, expect, it } from 'vitest'
import type { StripState } from '#shared/sign-in-strip.ts'
import { originLine } from './origin-line.ts'

const progress = {
  attempt: 'a',
  service: 'keycloak',
  name: 'Keycloak',
  host: 'sso.example.net',
  surface: 'window',
  device: null,
  offersCode: false,
  state: { kind: 'waiting', until: '2026-11-21T12:00:00.000Z' }
} as const
const strip = (part: Partial<StripState>): StripState => ({
  progress,
  origin: 'https://sso.example.net',
  secure: true,
  expected: true,
  refused: false,
  unreachable: false,
  theme: 'system',
  ...part
})

describe('the line that says where the page is', () => {
  it('names the host and who is signed in to', () => {
    expect(originLine(strip({}))).toMatchObject({
      tone: 'plain',
      caption: 'Signing in to Keycloak',
      host: 'sso.example.net'
    })
  })

  it('warns of a place it did not begin at, before anything else', () => {
    const line = originLine(strip({ origin: 'http://evil.example', expected: false, secure: false }))
    expect(line).toMatchObject({
      tone: 'warn',
      caption: 'Not where this sign-in began',
      host: 'evil.example'
    })
  })

  it('warns of a page that is not secure', () => {
    expect(originLine(strip({ secure: false })).tone).toBe('warn')
  })

  it('says that the sign-in is being finished, when the page is done', () => {
    const finishing = strip({ progress: { ...progress, state: { kind: 'redeeming' } } })
    expect(originLine(finishing).caption).toBe('Finishing the sign-in…')
  })

  it('says that the page is opening before there is one', () => {
    expect(originLine(strip({ origin: null, expected: false })).tone).toBe('plain')
  })

  it('says that the page could not be loaded', () => {
    expect(originLine(strip({ unreachable: true }))).toMatchObject({
      tone: 'warn',
      caption: 'The page could not be loaded'
    })
  })

  it('says that the provider does not show its page in the window', () => {
    expect(originLine(strip({ refused: true }))).toMatchObject({
      tone: 'warn',
      caption: 'Works in your browser only'
    })
  })
})
