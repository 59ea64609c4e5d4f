import { describe, expect, it } from 'vitest'
import { credentialKey } from '#shared/credential.ts'
import { toCatalogEntry } from '../catalog-entry.ts'
import { sampleKey, START } from '../testing/samples.ts'
import type { AccessPreset } from './access-preset.ts'
import type { AccessRule } from './access-rules.ts'
import { type AuditRow, cleaned } from './audit-row.ts'
import { noLimits } from './budgets.ts'
import { unknownPeer } from './client.ts'
import { decisionUnder, dryRun, type RowDecision } from './dry-run.ts'
import { type ClientPolicy, noPolicy, type Policy, type ServicePolicy } from './policy.ts'

const entry = toCatalogEntry(
  { ...sampleKey(), allowedHosts: ['api.stripe.com', '10.0.0.1:80'] },
  'memory',
  null
)
const credential = credentialKey(entry.ref)

/** A row of a request that was allowed. */
const row = (parts: Partial<AuditRow> = {}): AuditRow => ({
  seq: 1,
  at: START,
  kind: 'intent',
  of: null,
  client: 'id-1',
  clientName: 'ci-bot',
  peer: unknownPeer,
  credential,
  action: 'use',
  method: 'GET',
  host: 'api.stripe.com:443',
  path: '/v1/charges',
  status: null,
  code: null,
  reason: null,
  redacted: null,
  bytes: null,
  ...parts
})
const refusedRow = (code: string, parts: Partial<AuditRow> = {}): AuditRow =>
  row({ kind: 'refused', code, ...parts })

const deny = (path: string): AccessRule => ({ effect: 'deny', hosts: [], methods: 'any', path })
const forStripe = (parts: Partial<ServicePolicy>): Policy => ({
  ...noPolicy,
  services: new Map([
    ['stripe', { hosts: [], encodedSlash: false, readOnly: false, rules: [], helpers: new Map(), ...parts }]
  ])
})
const forClient = (name: string, parts: Partial<ClientPolicy>): Policy => ({
  ...noPolicy,
  clients: new Map([[name, { off: false, noProposals: false, limits: noLimits, services: null, ...parts }]])
})

const under = (policy: Policy, preset: AccessPreset | null = null): ((row: AuditRow) => RowDecision) =>
  decisionUnder(
    policy,
    (key) => (key === credential ? entry : null),
    () => preset
  )
/** The decision in a word. */
const decide = (policy: Policy, one: AuditRow): string => {
  const decision = under(policy)(one)
  return decision.kind === 'refused' ? decision.because : decision.kind
}

describe('a dry run', () => {
  it('lists the requests that come out otherwise, in the order of the rows and with the reason', () => {
    const rows = [
      row({ seq: 9, method: 'POST' }),
      row({ seq: 8 }),
      refusedRow('host', { seq: 7, host: 'files.stripe.com:443' }),
      refusedRow('denied', { seq: 6, method: 'DELETE' }),
      row({ seq: 5, path: '/v1/account' })
    ]
    const policy = forStripe({ hosts: ['files.stripe.com'], readOnly: true, rules: [deny('/v1/account')] })
    expect(dryRun(rows, under(policy))).toEqual({
      changes: [
        { seq: 9, was: 'allowed', now: 'refused', because: 'read-only' },
        { seq: 7, was: 'refused', now: 'allowed', because: 'host' },
        { seq: 5, was: 'allowed', now: 'refused', because: 'denied' }
      ],
      compared: 5,
      unknown: 0
    })
  })

  it('finds no change under the policy that decided the rows', () => {
    const rows = [
      row(),
      refusedRow('port', { host: 'api.stripe.com:8443' }),
      refusedRow('method', { method: 'TRACE' })
    ]
    expect(dryRun(rows, under(noPolicy))).toEqual({ changes: [], compared: 3, unknown: 0 })
  })

  it('names a client that loses its access, and one that gets it', () => {
    const rows = [row({ seq: 2 }), refusedRow('policy', { seq: 1, clientName: 'other' })]
    expect(dryRun(rows, under(forClient('ci-bot', { off: true }))).changes).toEqual([
      { seq: 2, was: 'allowed', now: 'refused', because: 'policy' },
      { seq: 1, was: 'refused', now: 'allowed', because: 'policy' }
    ])
  })

  it.each(['denied-by-person', 'not-answered', 'not-asked', 'budget-minute', 'budget-day', 'constructor'])(
    'leaves out a refusal with the code %s',
    (code) => {
      expect(dryRun([refusedRow(code)], under(noPolicy))).toEqual({ changes: [], compared: 0, unknown: 0 })
    }
  )

  it('leaves out outcomes, events, checkpoints and intents that are no requests', () => {
    const rows = [
      row({ kind: 'outcome', of: 1 }),
      row({ kind: 'event', action: 'pair', method: null, host: null, path: null }),
      row({ kind: 'checkpoint', of: 1 }),
      row({ action: 'reveal', method: null, host: null, path: null })
    ]
    expect(dryRun(rows, under(forStripe({ readOnly: true })))).toEqual({
      changes: [],
      compared: 0,
      unknown: 0
    })
  })

  it('counts the rows that do not tell enough, and lists no change for them', () => {
    const rows = [row({ credential: '["gone","default"]' }), row({ path: null }), row()]
    expect(dryRun(rows, under(forClient('ci-bot', { off: true })))).toEqual({
      changes: [{ seq: 1, was: 'allowed', now: 'refused', because: 'policy' }],
      compared: 1,
      unknown: 2
    })
  })
})

describe('the decision about a row', () => {
  it('is that of the rules for its client, its credential and its request', () => {
    const readOnly = new Map([['stripe', { off: false, readOnly: true, rules: [] }]])
    const policy = forClient('ci-bot', { services: readOnly })
    expect(decide(policy, row())).toBe('allowed')
    expect(decide(policy, row({ method: 'POST' }))).toBe('read-only')
    expect(decide(policy, row({ method: 'POST', clientName: 'other' }))).toBe('allowed')
    expect(decide(policy, row({ host: 'evil.example:443' }))).toBe('host')
    expect(decide(policy, row({ host: 'api.stripe.com:8443' }))).toBe('port')
  })

  it('takes the rules of a client for a restriction of those of its service', () => {
    const allow = (path: string): AccessRule => ({ ...deny(path), effect: 'allow' })
    const ofClient = new Map([['stripe', { off: false, readOnly: false, rules: [allow('/v1/**')] }]])
    const policy = {
      ...forStripe({ rules: [allow('/v1/refunds')] }),
      clients: forClient('ci-bot', { services: ofClient }).clients
    }
    expect(decide(policy, row())).toBe('denied')
    expect(decide(policy, row({ path: '/v1/refunds' }))).toBe('allowed')
    expect(dryRun([row()], under(policy)).changes).toEqual([
      { seq: 1, was: 'allowed', now: 'refused', because: 'denied' }
    ])
  })

  it('includes the rules of the preset', () => {
    const preset: AccessPreset = {
      service: 'stripe',
      hosts: [],
      scheme: { kind: 'bearer' },
      rules: [deny('/v1/**')],
      encodedSlash: false,
      run: null,
      helpers: {},
      source: 'made up'
    }
    expect(under(noPolicy, preset)(row())).toEqual({ kind: 'refused', because: 'denied' })
  })

  it('knows which services have paths with an encoded slash', () => {
    const path = '/v1/a%2Fb'
    expect(decide(noPolicy, row({ path }))).toBe('encoded-slash')
    expect(decide(forStripe({ encodedSlash: true }), row({ path }))).toBe('allowed')
    const rows = [refusedRow('encoded-slash', { path })]
    expect(dryRun(rows, under(forStripe({ encodedSlash: true }))).changes).toEqual([
      { seq: 1, was: 'refused', now: 'allowed', because: 'encoded-slash' }
    ])
  })

  it('takes an address in numbers for one', () => {
    const policy = { ...noPolicy, network: { ...noPolicy.network, localHosts: ['10.0.0.1:80'] } }
    expect(decide(noPolicy, row({ host: '10.0.0.1:80' }))).toBe('literal')
    expect(decide(policy, row({ host: '10.0.0.1:80' }))).toBe('allowed')
    expect(decide(noPolicy, row({ host: '[::1]:443' }))).toBe('literal')
  })

  it('takes a request for http only if it was refused because of that', () => {
    const http = refusedRow('scheme', { host: 'api.stripe.com:443' })
    expect(decide(noPolicy, http)).toBe('scheme')
    expect(decide(noPolicy, { ...http, code: 'denied' })).toBe('allowed')
  })

  it.each<[string, Partial<AuditRow>]>([
    ['no credential', { credential: null }],
    ['no method', { method: null }],
    ['no host', { host: null }],
    ['a host without a port', { host: 'api.stripe.com' }],
    ['a host with a broken port', { host: 'api.stripe.com:0443' }],
    ['no path', { path: null }],
    ['an empty path', { path: '' }]
  ])('is unknown for a row with %s', (_name, parts) => {
    expect(decide(noPolicy, row(parts))).toBe('unknown')
  })

  it('is unknown for a path or a method that the log has cut, because the rest of it decides', () => {
    const long = cleaned(row({ path: `/${'a'.repeat(511)}/keys` }))
    expect(decide(forStripe({ rules: [deny('/*/keys')] }), long)).toBe('unknown')
    expect(decide(noPolicy, cleaned(row({ path: `/${'a'.repeat(510)}` })))).toBe('allowed')
    expect(decide(noPolicy, cleaned(row({ method: 'A'.repeat(30) })))).toBe('unknown')
    expect(decide(noPolicy, cleaned(row({ method: 'A'.repeat(19) })))).toBe('allowed')
  })

  it('is unknown for a path that the log has cleaned', () => {
    expect(decide(noPolicy, cleaned(row({ path: '/a\u202Eb' })))).toBe('unknown')
  })
})
