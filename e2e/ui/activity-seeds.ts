import { credentialKey } from '#shared/credential.ts'
import type { AuditRow } from '../../src-main/core/use/audit-row.ts'
import type { Approval } from '../../src-main/core/use/approval.ts'
import type { Proposal, Proposed } from '../../src-main/core/use/proposal.ts'
import type { ActivitySeed } from '../../test/fakes/fake-activity.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const github = credentialKey({ service: 'github', account: 'ana@example.com' })
const stripe = credentialKey({ service: 'stripe', account: 'Acme test mode' })
const linear = credentialKey({ service: 'linear', account: 'acme' })
const removed = credentialKey({ service: 'openai', account: 'former project' })

const bot = {
  client: 'bot-id',
  clientName: 'ci-bot',
  peer: { uid: 1000, pid: 4211, program: '/usr/bin/node' }
}
const agent = {
  client: 'agent-id',
  clientName: 'release-agent',
  peer: { uid: 1000, pid: 50_112, program: '/home/ana/.local/share/release-agent/bin/release-agent' }
}
const terminal = { client: 'terminal', clientName: 'terminal', peer: { uid: 1000, pid: 3977, program: null } }
const bare = { client: 'terminal', clientName: 'terminal', peer: { uid: null, pid: null, program: null } }

type Step = Partial<AuditRow> & Pick<AuditRow, 'kind'>

const request = (method: string, host: string, path: string): Partial<AuditRow> => ({
  method,
  host: `${host}:443`,
  path
})

/** Numbers the steps in their order; `ago` is milliseconds before now. */
function rowsOf(now: number, steps: readonly (readonly [ago: number, step: Step])[]): AuditRow[] {
  return steps.map(([ago, step], index) => ({
    ...bare,
    of: null,
    credential: null,
    action: 'use',
    method: null,
    host: null,
    path: null,
    status: null,
    code: null,
    reason: null,
    redacted: null,
    bytes: null,
    ...step,
    seq: index + 1,
    at: new Date(now - ago)
  }))
}

/** A day and a half with every kind of line. */
export function fewUses(now: number): ActivitySeed {
  const user = { ...bot, credential: github, ...request('GET', 'api.github.com', '/user') }
  const issues = {
    ...agent,
    credential: github,
    ...request('GET', 'api.github.com', '/repos/acme/storefront/issues'),
    reason: 'collect what goes into the release notes'
  }
  const refund = {
    ...agent,
    credential: stripe,
    ...request('POST', 'api.stripe.com', '/v1/refunds'),
    reason: 'refund order 12'
  }
  const rows = rowsOf(now, [
    [29 * HOUR, { ...bare, kind: 'event', action: 'pair', client: 'bot-id', clientName: 'ci-bot' }],
    [28 * HOUR, { ...bot, kind: 'event', action: 'answer', credential: github, code: 'always' }],
    [28 * HOUR - 1, { ...user, kind: 'intent' }],
    [28 * HOUR - 400, { ...user, kind: 'outcome', of: 3, status: 200, bytes: 1412, redacted: 0 }],
    [26 * HOUR, { ...terminal, kind: 'intent', action: 'reveal', credential: removed }],
    [26 * HOUR - 20, { ...terminal, kind: 'outcome', of: 5, action: 'reveal', credential: removed }],
    [
      3 * HOUR,
      { ...terminal, kind: 'intent', action: 'relay', credential: linear, host: 'api.linear.app:443' }
    ],
    [
      2 * HOUR,
      { ...terminal, kind: 'outcome', of: 7, action: 'relay', credential: linear, host: 'api.linear.app:443' }
    ],
    [52 * MINUTE, { ...issues, kind: 'intent' }],
    [52 * MINUTE - 900, { ...issues, kind: 'outcome', of: 9, status: 200, bytes: 48_210, redacted: 2 }],
    [
      47 * MINUTE,
      {
        ...agent,
        credential: github,
        kind: 'refused',
        ...request('POST', 'gist.example.net', '/collect'),
        code: 'host'
      }
    ],
    [31 * MINUTE, { ...refund, kind: 'refused', code: 'denied-by-person' }],
    [
      24 * MINUTE,
      {
        ...terminal,
        credential: stripe,
        kind: 'intent',
        ...request('GET', 'api.stripe.com', '/v1/charges/ch_1')
      }
    ],
    [
      24 * MINUTE - 300,
      {
        ...terminal,
        credential: stripe,
        kind: 'outcome',
        of: 13,
        ...request('GET', 'api.stripe.com', '/v1/charges/ch_1'),
        status: 404,
        bytes: 231,
        redacted: 0
      }
    ],
    [11 * MINUTE, { ...user, kind: 'intent' }],
    [11 * MINUTE - 30_000, { ...user, kind: 'outcome', of: 15, code: 'PROVIDER_UNREACHABLE' }],
    [6 * MINUTE, { ...user, kind: 'intent' }],
    [6 * MINUTE - 250, { ...user, kind: 'outcome', of: 17, status: 200, bytes: 1412, redacted: 0 }],
    [MINUTE, { ...issues, kind: 'intent' }]
  ])
  return { rows, approvals: approvals(now), clients: clients(now) }
}

/** A thousand rows and a few more, in two weeks. */
export function manyUses(now: number): ActivitySeed {
  const hosts = ['api.github.com', 'api.stripe.com', 'api.linear.app']
  const keys = [github, stripe, linear]
  const programs = [bot, agent, terminal]
  const steps = Array.from({ length: 620 }, (_, index): [number, Step][] => {
    const ago = (620 - index) * 32 * MINUTE
    const place = request('GET', hosts[index % 3] ?? '', `/v1/items/${String(index)}`)
    const base = { ...(programs[index % 3] ?? bot), credential: keys[index % 3] ?? github, ...place }
    if (index % 9 === 0) return [[ago, { ...base, kind: 'refused', code: 'budget-minute' }]]
    return [
      [ago, { ...base, kind: 'intent' }],
      [ago - 200, { ...base, kind: 'outcome', status: 200, bytes: 512, redacted: 0 }]
    ]
  }).flat()
  const rows = rowsOf(now, steps).map((row) => (row.kind === 'outcome' ? { ...row, of: row.seq - 1 } : row))
  return { rows, approvals: approvals(now), clients: clients(now) }
}

/** A proposal of each kind, and a key that is proposed. */
export function proposals(now: number): Proposal[] {
  const made = (id: number, client: string, what: Proposed, reason: string | null): Proposal => ({
    id: `proposal-${String(id)}`,
    client,
    what,
    reason,
    proposedAt: new Date(now - id * HOUR),
    until: new Date(now + (24 - id) * HOUR)
  })
  const rule = { kind: 'rule', credential: github, host: 'api.github.com:443', scope: null } as const
  const path = '/repos/acme/*/issues'
  return [
    made(4, 'agent-id', { ...rule, methods: ['GET', 'HEAD'], path }, 'asked for each repository so far'),
    made(3, 'agent-id', { kind: 'scope', credential: github, scope: 'notifications' }, 'say when it is done'),
    made(2, 'bot-id', { kind: 'service', service: 'spotify' }, null),
    made(1, 'terminal', { kind: 'service', service: 'replicate' }, 'run the model of the report')
  ]
}

/** A proposal of a sign-in again. */
export function signInProposal(now: number): Proposal {
  return {
    id: 'proposal-1',
    client: 'agent-id',
    what: { kind: 'sign-in', credential: github },
    reason: 'file the report',
    proposedAt: new Date(now - HOUR),
    until: new Date(now + 23 * HOUR)
  }
}

function approvals(now: number): Approval[] {
  const base = { run: null, scope: null, methods: ['GET', 'HEAD'], until: null, lastUsedAt: null } as const
  return [
    {
      ...base,
      id: 'approval-1',
      client: 'bot-id',
      credential: github,
      mode: 'use',
      host: 'api.github.com:443',
      path: null,
      duration: 'always',
      givenAt: new Date(now - 28 * HOUR),
      lastUsedAt: new Date(now - 6 * MINUTE)
    },
    {
      ...base,
      id: 'approval-2',
      client: 'agent-id',
      credential: github,
      mode: 'use',
      scope: 'repo',
      host: 'api.github.com:443',
      path: '/repos/acme/storefront/issues',
      duration: '10-minutes',
      givenAt: new Date(now - 2 * MINUTE),
      until: new Date(now + 8 * MINUTE)
    },
    {
      ...base,
      id: 'approval-3',
      client: 'terminal',
      credential: linear,
      mode: 'relay',
      host: 'api.linear.app:443',
      methods: ['ANY'],
      path: '/**',
      duration: 'until-lock',
      givenAt: new Date(now - 3 * HOUR),
      lastUsedAt: new Date(now - 2 * HOUR)
    }
  ]
}

function clients(now: number): ActivitySeed['clients'] {
  return [
    {
      id: 'bot-id',
      name: 'ci-bot',
      pairedAt: new Date(now - 29 * HOUR),
      lastSeenAt: new Date(now - 6 * MINUTE)
    },
    {
      id: 'agent-id',
      name: 'release-agent',
      pairedAt: new Date(now - 12 * DAY),
      lastSeenAt: new Date(now - MINUTE)
    },
    { id: 'new-id', name: 'backup', pairedAt: new Date(now - 3 * MINUTE), lastSeenAt: null }
  ]
}
