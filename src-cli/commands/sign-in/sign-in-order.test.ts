import { describe, expect, it } from 'vitest'
import { type CredentialSummary, credentialKey } from '#shared/credential.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import { UsageError } from '../../terminal/command.ts'
import { type Known, signInOrder, type SignInWords } from './sign-in-order.ts'

const nothing = { account: null, scopes: null, issuer: null, clientId: null, email: null }

function entry(account: string, part: Partial<CredentialSummary> = {}): CredentialSummary {
  const { service = 'github' } = part
  return {
    id: credentialKey({ service, account }),
    service,
    account,
    name: 'GitHub',
    kind: 'oauth',
    status: { kind: 'valid' },
    scopes: [],
    missingScopes: [],
    extraScopes: [],
    issuer: 'https://github.com',
    clientId: 'client-1',
    ...part
  } as Partial<CredentialSummary> as CredentialSummary
}

const provider = (part: Partial<ProviderChoice>): ProviderChoice =>
  ({
    id: 'github',
    name: 'GitHub',
    kind: 'oauth',
    needsClientSecret: false,
    registration: { steps: ['Open the page.', 'Press New.'], redirectUri: 'http://127.0.0.1/callback' },
    ...part
  }) as Partial<ProviderChoice> as ProviderChoice
const providers = [
  provider({}),
  provider({ id: 'google', name: 'Google', needsClientSecret: true }),
  provider({ id: 'openai', name: 'OpenAI', kind: 'api-key' }),
  provider({ id: 'supabase-auth', name: 'Supabase Auth', kind: 'password' })
]

function order(words: Partial<SignInWords>, known: Partial<Known> = {}) {
  return signInOrder(
    { service: 'github', ...nothing, ...words },
    { credentials: [], providers, chosen: () => null, ...known }
  )
}
const again = (account: string) => ({
  kind: 'page',
  request: { kind: 'again', credential: credentialKey({ service: 'github', account }) },
  needsSecret: false
})

describe('a sign-in to an entry', () => {
  it.each(['github', 'GitHub', 'GITHUB'])('is one again, by its id or its name: %s', (service) => {
    expect(order({ service }, { credentials: [entry('ana')] })).toEqual(again('ana'))
  })

  it('adds a scope to those that were asked for, and not to those that came unasked', () => {
    const credentials = [entry('ana', { scopes: ['repo', 'x'], extraScopes: ['x'], missingScopes: ['gist'] })]
    expect(order({ scopes: ['gist', 'user'] }, { credentials })).toMatchObject({
      request: { kind: 'again', scopes: ['repo', 'gist', 'user'] }
    })
  })

  it('of several is that of --account, of a rule, or the only one that needs it', () => {
    const needs = { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: null } as const
    const credentials = [entry('ana'), entry('bob', { status: needs }), entry('cleo')]
    expect(order({ account: 'cleo' }, { credentials })).toEqual(again('cleo'))
    expect(order({}, { credentials, chosen: () => 'ana' })).toEqual(again('ana'))
    expect(order({}, { credentials })).toEqual(again('bob'))
    expect(() => order({}, { credentials: [entry('ana'), entry('bob')] })).toThrow(
      'Name one with --account: ana, bob.'
    )
  })

  it('to an account that is not there yet adds one like it', () => {
    expect(order({ account: 'dora' }, { credentials: [entry('ana')] })).toEqual({
      kind: 'page',
      request: {
        kind: 'another',
        credential: again('ana').request.credential,
        account: 'dora',
        scopes: null
      },
      needsSecret: false
    })
  })

  it('with another client or issuer is a first one', () => {
    const credentials = [entry('ana')]
    expect(order({ clientId: 'client-2' }, { credentials })).toMatchObject({ request: { kind: 'new' } })
    const of = { issuer: 'https://ghe.example.net', clientId: 'client-1' }
    expect(order(of, { credentials })).toMatchObject({
      request: { kind: 'new', provider: { kind: 'issuer', name: 'github' } }
    })
  })

  it('completes the address of an issuer and of a project by https://', () => {
    const own = { service: 'Shop', issuer: 'sso.example.net/realms/main', clientId: 'client-1' }
    expect(order(own)).toMatchObject({
      request: { provider: { issuer: 'https://sso.example.net/realms/main' } }
    })
    expect(order({ issuer: 'github.com' }, { credentials: [entry('ana')] })).toEqual(again('ana'))
    const project = { service: 'Shop', issuer: 'abcdefgh.supabase.co', email: 'ana@example.test' }
    expect(order(project)).toMatchObject({ project: { address: 'https://abcdefgh.supabase.co' } })
  })

  it('by password asks for that of the account, or of another one', () => {
    const credentials = [entry('ana@example.test', { service: 'shop', name: 'Shop', signsInBy: 'password' })]
    const credential = credentials[0]?.id
    expect(order({ service: 'shop' }, { credentials })).toEqual({
      kind: 'password-again',
      credential,
      email: 'ana@example.test'
    })
    expect(order({ service: 'shop', email: 'bob@example.test' }, { credentials })).toMatchObject({
      email: 'bob@example.test'
    })
  })
})

describe('a first sign-in', () => {
  it.each([
    ['google', true],
    ['github', false]
  ])('at %s needs a client, and its secret: %s', (service, needsSecret) => {
    expect(order({ service, clientId: 'mine' })).toMatchObject({
      request: {
        kind: 'new',
        provider: { kind: 'preset', provider: service, clientId: 'mine' },
        scopes: null
      },
      needsSecret
    })
  })

  it('without a client says how one is registered', () => {
    expect(() => order({})).toThrow(
      'GitHub signs people in through a client of their own. Register one there:\n  1. Open the page.\n  2. Press New.\n  Redirect URI: http://127.0.0.1/callback\nThen run: latchkey sign-in github --client-id ID'
    )
  })

  it('takes the address of an MCP server as it is', () => {
    const service = 'https://mcp.example.net/mcp'
    expect(order({ service })).toMatchObject({
      request: { provider: { kind: 'mcp', server: service, clientId: null } }
    })
  })

  it.each([
    ['a key has no sign-in', { service: 'openai' }, 'This service uses an API key and has no sign-in.'],
    ['nobody knows it', { service: 'nowhere' }, 'There is no service of that name.'],
    ['an issuer has no client', { service: 'x', issuer: 'https://x.example' }, '--issuer needs --client-id.'],
    ['a project is not named', { service: 'supabase-auth', email: 'a@b.c' }, 'Name the project with --issuer']
  ])('is refused where %s', (_why, words, sentence) => {
    expect(() => order(words)).toThrow(sentence)
  })

  it('of a key that is kept says that keys have none', () => {
    const credentials = [entry('work', { service: 'mine', name: 'Mine', kind: 'api-key' })]
    expect(() => order({ service: 'mine' }, { credentials })).toThrow('has no sign-in')
    expect(() => order({ service: 'mine' }, { credentials })).not.toThrow(UsageError)
  })
})
