import { describe, expect, it } from 'vitest'
import { readApprovals, readProposals } from './use-records.ts'

const at = '2026-11-21T10:00:00.000Z'
const service = {
  id: 'id-1',
  client: 'bot-id',
  what: { kind: 'service', service: 'github' },
  reason: 'nightly run',
  proposedAt: at,
  until: '2026-11-22T10:00:00.000Z'
}
const rule = {
  ...service,
  id: 'id-2',
  what: {
    kind: 'rule',
    credential: '["github","ana"]',
    host: 'api.github.com:443',
    methods: ['GET'],
    path: '/repos/**',
    scope: null
  },
  reason: null
}
const dismissal = { client: 'bot-id', wish: 'a'.repeat(64), until: at }

describe('the proposals of the catalog', () => {
  it('are read as they were written', () => {
    const { waiting, dismissed } = readProposals({ waiting: [service, rule], dismissed: [dismissal] })
    expect(waiting).toEqual([
      { ...service, proposedAt: new Date(at), until: new Date(service.until) },
      { ...rule, proposedAt: new Date(at), until: new Date(rule.until) }
    ])
    expect(dismissed).toEqual([{ ...dismissal, until: new Date(at) }])
  })

  it.each([null, undefined, 'text', [], { waiting: 'text' }, { dismissed: [null] }])(
    'are none where the catalog holds %j',
    (value) => {
      expect(readProposals(value)).toEqual({ waiting: [], dismissed: [] })
    }
  )

  it.each([
    ['a reason with characters that can not be seen', { reason: 'read\u202Eme' }],
    ['a reason without an end', { reason: 'x'.repeat(201) }],
    ['a path that climbs', { what: { ...rule.what, path: '/../admin' } }],
    ['a path with a line break', { what: { ...rule.what, path: '/a\n/b' } }],
    ['no method', { what: { ...rule.what, methods: [] } }],
    ['a scope with a space', { what: { kind: 'scope', credential: rule.what.credential, scope: 'a b' } }],
    ['another kind', { what: { kind: 'everything' } }],
    ['a field of its own', { isAccepted: true }]
  ])('leave one out that has %s', (_name, change) => {
    expect(
      readProposals({ waiting: [{ ...rule, ...change }, service], dismissed: [] }).waiting
    ).toMatchObject([{ id: 'id-1' }])
  })
})

describe('the approvals of the catalog', () => {
  const approval = {
    id: 'id-3',
    client: 'bot-id',
    credential: '["github","ana"]',
    mode: 'use',
    scope: null,
    host: 'api.github.com:443',
    methods: ['GET'],
    path: '/repos/**',
    duration: 'always',
    givenAt: at,
    until: null,
    lastUsedAt: null
  }

  it('stand for their path itself unless it was written as a pattern', () => {
    const [plain, pattern] = readApprovals([approval, { ...approval, isPattern: true }])
    expect([plain?.isPattern, pattern?.isPattern]).toEqual([undefined, true])
    expect(readApprovals([{ ...approval, isPattern: false }])).toEqual([])
  })
})
