import { describe, expect, it } from 'vitest'
import {
  type OAuthProvider,
  type SurfaceKind,
  type SurfaceWishes,
  canDoWithoutSecret,
  chooseSurface,
  registeredRedirect
} from './provider.ts'
import { sampleProvider } from './testing/samples.ts'

const plain: SurfaceWishes = { alwaysUseBrowser: false, hasFailedEmbedded: false }
const always: SurfaceWishes = { ...plain, alwaysUseBrowser: true }
const failed: SurfaceWishes = { ...plain, hasFailedEmbedded: true }
const noSecret: SurfaceWishes = { ...plain, lacksClientSecret: true }

const open = { surfaces: ['window', 'browser'] } as const
const withCode = { surfaces: ['window', 'browser', 'device'] } as const
const codeOnly = { surfaces: ['device'] } as const
const forbidden = { surfaces: ['window', 'browser'], embedded: 'forbidden' } as const
const confidential = { ...withCode, clientAuth: 'post' } as const
const strict = { ...open, clientAuth: 'post' } as const

describe('the surface of a sign-in', () => {
  const table: [string, Partial<OAuthProvider>, SurfaceWishes, SurfaceKind][] = [
    ['is the window by preference', open, plain, 'window'],
    ['is the browser if the person always wants it', open, always, 'browser'],
    ['is the browser after the window has failed', open, failed, 'browser'],
    ['is the browser where windows are forbidden', forbidden, plain, 'browser'],
    ['is the browser where windows are forbidden, whatever was tried', forbidden, failed, 'browser'],
    ['is the window although a code is possible', withCode, plain, 'window'],
    ['is the browser before a code', withCode, always, 'browser'],
    ['is a code where nothing else is offered', codeOnly, plain, 'device'],
    ['is a code where nothing else is offered, whatever is preferred', codeOnly, always, 'device'],
    ['is a code where a page needs a secret and there is none', confidential, noSecret, 'device'],
    ['is the window where a page needs a secret and there is one', confidential, plain, 'window'],
    ['is the window where no secret is needed', withCode, noSecret, 'window'],
    ['is the window where a secret is needed and no code is offered', strict, noSecret, 'window']
  ]
  it.each(table)('%s', (_name, row, wishes, surface) => {
    expect(chooseSurface({ ...sampleProvider, ...row }, wishes)).toBe(surface)
  })
})

describe('a client without a secret', () => {
  it.each([
    ['is enough for a public client', open, true],
    ['is enough where a code is offered', confidential, true],
    ['is not enough elsewhere', strict, false]
  ] as const)('%s', (_name, row, enough) => {
    expect(canDoWithoutSecret({ ...sampleProvider, ...row })).toBe(enough)
  })
})

describe('the redirect URI that a person registers', () => {
  it('has no port where any port is taken', () => {
    expect(registeredRedirect(sampleProvider)).toBe('http://127.0.0.1/callback')
  })

  it('has the first port where addresses are compared to the letter', () => {
    const redirect = { host: 'localhost', ports: [28_417, 28_418], path: '/back' } as const
    expect(registeredRedirect({ ...sampleProvider, redirect })).toBe('http://localhost:28417/back')
  })
})
