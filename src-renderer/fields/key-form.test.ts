import { describe, expect, it } from 'vitest'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import {
  checkKeyFields,
  endOfDay,
  type KeyFields,
  parseHost,
  serviceIdOf,
  toKeyRequest,
  withRecognised
} from './key-form.ts'
import { otherFormOf, recognise } from '../find/recognise.ts'
import { firstScopes, isIssuer, parseScope } from './custom-form.ts'

function provider(id: string, keyPrefixes: string[]): ProviderChoice {
  const rest = {
    host: null,
    surface: 'browser',
    scopes: [],
    needsClientSecret: false,
    codeWithoutSecret: false,
    registration: null,
    hasHelp: false
  } as const
  return { id, name: id, kind: 'api-key', keyPrefixes, allowedHosts: [], ...rest, scopes: [] }
}

describe('the first letters of a key', () => {
  const providers = [
    provider('openai', ['sk-']),
    provider('anthropic', ['sk-ant-']),
    provider('npm', ['npm_'])
  ]

  it.each([
    ['npm_abc', 'npm'],
    ['sk-abc', 'openai'],
    ['sk-ant-abc', 'anthropic'],
    ['xyz', undefined],
    ['', undefined]
  ])('%j belongs to %j', (key, id) => {
    expect(recognise(key, providers)?.id).toBe(id)
  })
})

describe('a text that is no key of a known service', () => {
  it.each([
    ['AKIAIOSFODNN7EXAMPLE', 'awsKeyId'],
    ['ASIAIOSFODNN7EXAMPLE', 'awsKeyId'],
    ['shpat_0123456789abcdef', 'shopify'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'webhook'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'jwt'],
    ['AKIA and words', null],
    ['eyJhbGciOiJIUzI1NiJ9', null],
    ['', null]
  ])('%j looks like %j', (text, form) => {
    expect(otherFormOf(text)).toBe(form)
  })
})

describe('the service of a key', () => {
  const [openai, npm] = [provider('openai', ['sk-']), provider('npm', ['npm_'])]
  const services = [openai, npm].map((each) => ({ ...each, allowedHosts: [`api.${each.id}.example`] }))
  const empty: KeyFields = {
    provider: null,
    chosenBy: null,
    serviceName: '',
    account: '',
    hosts: [],
    day: ''
  }
  const pasted = (fields: KeyFields, key: string): KeyFields =>
    withRecognised(fields, recognise(key, services))

  it('goes with its first letters, and with it the hosts that it may be sent to', () => {
    const first = pasted(empty, 'sk-abc')
    expect(first).toMatchObject({ provider: { id: 'openai' }, hosts: ['api.openai.example'] })
    expect(pasted(first, 'npm_abc')).toMatchObject({ provider: { id: 'npm' }, hosts: ['api.npm.example'] })
  })

  it('is none again for a key that is not known', () => {
    expect(pasted(pasted(empty, 'sk-abc'), 'eyJhbGciOiJIUzI1NiJ9')).toEqual(empty)
  })

  it('stays where the person chose it', () => {
    for (const chosen of [
      { ...empty, provider: services[1] ?? null, chosenBy: 'person' as const, hosts: ['mine.example'] },
      { ...empty, serviceName: 'Mine', chosenBy: 'person' as const }
    ]) {
      expect(pasted(chosen, 'sk-abc')).toBe(chosen)
      expect(pasted(chosen, 'unknown')).toBe(chosen)
    }
  })
})

describe('a host', () => {
  it.each([
    ['API.Example.com', 'api.example.com'],
    ['localhost:8080', 'localhost:8080'],
    ['https://api.example.com/v1', 'api.example.com'],
    ['*.example.com', null],
    ['not a host', null],
    ['', null]
  ])('%j is kept as %j', (text, host) => {
    expect(parseHost(text)).toBe(host)
  })
})

describe('the name of a service', () => {
  it.each([
    ['My Service', 'my-service'],
    ['  Café 9 ', 'cafe-9'],
    ['api.example.com', 'api.example.com'],
    ['日本', null],
    ['', null]
  ])('%j becomes %j', (name, id) => {
    expect(serviceIdOf(name)).toBe(id)
  })
})

describe('the form of a key', () => {
  const fields = {
    provider: null,
    chosenBy: null,
    serviceName: 'My Service',
    account: ' ci ',
    hosts: ['a.example'],
    day: ''
  }

  it('becomes a request without the key', () => {
    expect(toKeyRequest(fields)).toEqual({
      service: 'my-service',
      name: 'My Service',
      account: 'ci',
      allowedHosts: ['a.example'],
      expiresAt: null
    })
  })

  it('says what is missing at each field', () => {
    const empty = {
      provider: null,
      chosenBy: null,
      serviceName: '',
      account: ' ',
      hosts: [],
      day: '2020-01-01'
    }
    const errors = checkKeyFields(empty, true, Date.now())
    expect(Object.values(errors).every((error) => typeof error === 'string')).toBe(true)
    expect(Object.values(checkKeyFields(fields, false, Date.now()))).toEqual([null, null, null, null])
  })

  it('ends with the day', () => {
    expect(new Date(endOfDay('2027-02-14') ?? '').getHours()).toBe(23)
    expect(endOfDay('')).toBeNull()
  })
})

describe('a server of one’s own', () => {
  it('is asked for the usual scopes it offers, and for openid at least', () => {
    expect(firstScopes(['email', 'openid', 'roles'])).toEqual(['openid', 'email'])
    expect(firstScopes([])).toEqual(['openid'])
  })

  it('is a full address', () => {
    expect(isIssuer('https://sso.example.net/realms/main')).toBe(true)
    expect(isIssuer('sso.example.net')).toBe(false)
    expect(isIssuer('ftp://sso.example.net')).toBe(false)
  })

  it('has scopes without spaces and quotes', () => {
    expect(parseScope('read:org')).toBe('read:org')
    expect(parseScope('a"b')).toBeNull()
  })
})
