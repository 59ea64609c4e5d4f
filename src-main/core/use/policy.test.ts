import { describe, expect, it } from 'vitest'
import type { CatalogEntry } from '../credential-record.ts'
import { toCatalogEntry } from '../catalog-entry.ts'
import { sampleGrant, sampleKey, sampleProvider } from '../testing/samples.ts'
import type { AccessPreset } from './access-preset.ts'
import { type AccessRule, decideAccess } from './access-rules.ts'
import { noLimits } from './budgets.ts'
import {
  accessOf,
  type ClientPolicy,
  type ClientServicePolicy,
  limitsOf,
  noPolicy,
  type Policy,
  proposalRefusal,
  schemeOf,
  type ServicePolicy
} from './policy.ts'

const key = toCatalogEntry(sampleKey(), 'memory', null)
const grant = toCatalogEntry(sampleGrant(), 'memory', null)
const withResource = (resource: string): CatalogEntry =>
  toCatalogEntry(sampleGrant({ provider: { ...sampleProvider, resource } }), 'memory', null)

const rule = (path: string, effect: AccessRule['effect'] = 'deny'): AccessRule => ({
  effect,
  hosts: [],
  methods: 'any',
  path
})
const preset: AccessPreset = {
  service: grant.ref.service,
  hosts: ['api.example.net'],
  scheme: { kind: 'header', name: 'x-api-key' },
  rules: [rule('/keys')],
  encodedSlash: false,
  run: null,
  helpers: {},
  source: 'made up'
}

const forService = (service: string, parts: Partial<ServicePolicy>): Policy => ({
  ...noPolicy,
  services: new Map([
    [service, { hosts: [], encodedSlash: false, readOnly: false, rules: [], helpers: new Map(), ...parts }]
  ])
})
const forClient = (parts: Partial<ClientPolicy>): Policy => ({
  ...noPolicy,
  clients: new Map([
    ['ci-bot', { off: false, noProposals: false, limits: noLimits, services: null, ...parts }]
  ])
})
const stripeList = new Map([['stripe', { off: false, readOnly: false, rules: [] }]])
const forBoth = (service: string, parts: Partial<ClientServicePolicy>): Policy =>
  forClient({ services: new Map([[service, { off: false, readOnly: false, rules: [], ...parts }]]) })

describe('the hosts of a credential', () => {
  it('are those that were stored with a key, not those of its preset', () => {
    expect(accessOf(key, preset, noPolicy, 'ci-bot')?.hosts).toEqual(['api.stripe.com'])
  })

  it('are those of the preset for a sign-in, and none without one', () => {
    expect(accessOf(grant, preset, noPolicy, 'ci-bot')?.hosts).toEqual(['api.example.net'])
    expect(accessOf(grant, null, noPolicy, 'ci-bot')?.hosts).toEqual([])
  })

  it.each([
    ['https://MCP.example.net/v1/mcp', ['mcp.example.net']],
    ['https://mcp.example.net', ['mcp.example.net']],
    ['https://mcp.example.net:8443/mcp?a=b:1', ['mcp.example.net:8443']],
    ['https://[::1]:8443/', ['[::1]:8443']],
    ['https://[::1]/', ['[::1]']],
    ['http://mcp.example.net/', []],
    ['urn:example:api', []],
    ['https://user@mcp.example.net/', []],
    ['https://mcp.example.net\\@evil.example/', []],
    ['https://mcp .example.net/', []],
    ['', []]
  ])('of a sign-in for the resource %j are %j', (resource, hosts) => {
    expect(accessOf(withResource(resource), null, noPolicy, 'ci-bot')?.hosts).toEqual(hosts)
  })

  it('are only those of the policy for a token of an MCP server and a setting of an extension', () => {
    for (const kind of ['mcp', 'extension'] as const) {
      const entry = { ...key, kind }
      expect(accessOf(entry, preset, noPolicy, 'ci-bot')?.hosts).toEqual([])
      const policy = forService('stripe', { hosts: ['mcp.example.net'] })
      expect(accessOf(entry, preset, policy, 'ci-bot')?.hosts).toEqual(['mcp.example.net'])
    }
  })

  it('are also those of the policy, each once and for this service alone', () => {
    const policy = forService('stripe', { hosts: ['api.stripe.com', 'files.stripe.com'] })
    expect(accessOf(key, null, policy, 'ci-bot')?.hosts).toEqual(['api.stripe.com', 'files.stripe.com'])
    expect(accessOf(grant, preset, policy, 'ci-bot')?.hosts).toEqual(['api.example.net'])
  })

  it('do not include a local host that neither the credential nor its service names', () => {
    const network = { ...noPolicy.network, localHosts: ['localhost:8443'] }
    const target = {
      scheme: 'http',
      host: 'localhost',
      isLiteral: false,
      port: 8443,
      path: '/',
      query: ''
    } as const
    const decide = (policy: Policy, entry = key): string => {
      const rules = accessOf(entry, null, policy, 'ci-bot')
      return rules === null ? 'no access' : decideAccess(rules, 'GET', target).kind
    }
    expect(decide({ ...noPolicy, network })).toBe('refused')
    expect(decide({ ...forService('stripe', { hosts: ['localhost:8443'] }), network })).toBe('allowed')
    expect(decide({ ...noPolicy, network }, { ...key, allowedHosts: ['localhost:8443'] })).toBe('allowed')
    expect(decide(forService('stripe', { hosts: ['localhost:8443'] }))).toBe('refused')
  })
})

describe('a path with an encoded slash', () => {
  it('is for a service whose preset or whose person says so', () => {
    const flagOf = (of: AccessPreset | null, policy: Policy): unknown =>
      accessOf(key, of, policy, 'ci-bot')?.encodedSlash
    expect(flagOf(null, noPolicy)).toBeUndefined()
    expect(flagOf(preset, noPolicy)).toBeUndefined()
    expect(flagOf({ ...preset, encodedSlash: true }, noPolicy)).toBe(true)
    expect(flagOf(preset, forService('stripe', { encodedSlash: true }))).toBe(true)
    expect(flagOf(preset, forService('github', { encodedSlash: true }))).toBeUndefined()
  })
})

describe('the rules of a credential', () => {
  it('are those of its preset and its service, and for the client those of its own', () => {
    const policy: Policy = {
      ...forBoth('stripe', { rules: [rule('/client')] }),
      services: forService('stripe', { rules: [rule('/service')] }).services
    }
    const paths = (clientName: string, list: 'rules' | 'clientRules'): unknown =>
      accessOf(key, preset, policy, clientName)?.[list].map(({ path }) => path)
    expect(paths('ci-bot', 'rules')).toEqual(['/keys', '/service'])
    expect(paths('ci-bot', 'clientRules')).toEqual(['/client'])
    expect(paths('other', 'clientRules')).toEqual([])
  })

  it.each([
    [false, false, false],
    [true, false, true],
    [false, true, true],
    [true, true, true]
  ])('allow only reading if service (%s) or client (%s) says so', (ofService, ofClient, readOnly) => {
    const policy: Policy = {
      ...forBoth('stripe', { readOnly: ofClient }),
      services: forService('stripe', { readOnly: ofService }).services
    }
    expect(accessOf(key, null, policy, 'ci-bot')?.readOnly).toBe(readOnly)
  })
})

describe('a client', () => {
  it('has access to every service where the policy does not name it', () => {
    expect(accessOf(key, null, forClient({ off: true }), 'other')).not.toBeNull()
    expect(accessOf(key, null, noPolicy, 'constructor')).not.toBeNull()
  })

  it.each<[string, Policy]>([
    ['is off', forClient({ off: true })],
    ['is off and has the service in its list', forClient({ off: true, services: stripeList })],
    ['has a list of other services', forBoth('github', {})],
    ['has an empty list of services', forClient({ services: new Map() })],
    ['has this service switched off', forBoth('stripe', { off: true })]
  ])('has no access if it %s', (_name, policy) => {
    expect(accessOf(key, preset, policy, 'ci-bot')).toBeNull()
  })

  it('has access to a service in its list', () => {
    expect(accessOf(key, null, forBoth('stripe', {}), 'ci-bot')).not.toBeNull()
  })

  it.each<[string, Policy, boolean]>([
    ['the policy does not name it', noPolicy, true],
    ['it is in the policy with nothing against it', forClient({}), true],
    ['the service is in its list', forBoth('stripe', {}), true],
    ['it is off', forClient({ off: true }), false],
    ['the person wants no proposals of it', forClient({ noProposals: true }), false],
    ['the service is not in its list', forBoth('github', {}), false],
    ['the service is switched off', forBoth('stripe', { off: true }), false]
  ])('proposes where %s: %s', (_why, policy, mayPropose) => {
    expect(proposalRefusal(policy, 'ci-bot', 'stripe') === null).toBe(mayPropose)
    expect(proposalRefusal(policy, 'other', 'stripe')).toBeNull()
  })

  it('has the limits of the policy, or none', () => {
    const limits = { perMinute: 60, perDay: 2000 }
    expect(limitsOf(forClient({ limits }), 'ci-bot')).toEqual(limits)
    expect(limitsOf(forClient({ limits }), 'other')).toEqual({ perMinute: null, perDay: null })
  })
})

describe('a credential', () => {
  it('is written as its preset says, and as a bearer without one', () => {
    expect(schemeOf(key, preset)).toEqual({ kind: 'header', name: 'x-api-key' })
    expect(schemeOf(key, null)).toEqual({ kind: 'bearer' })
  })

  it('is a bearer if it is the token of an MCP server', () => {
    expect(schemeOf({ ...key, kind: 'mcp' }, preset)).toEqual({ kind: 'bearer' })
  })
})
