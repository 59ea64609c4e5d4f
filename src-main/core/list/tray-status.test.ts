import { describe, expect, it } from 'vitest'
import type { CredentialStatus, CredentialSummary } from '#shared/credential.ts'
import { toProblem, VaultError } from '#shared/problem.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { type TrayIcon, trayModel } from './tray-status.ts'

const healthy: StorageHealth = { backend: 'keychain', label: 'Keychain', state: 'healthy', problem: null }
const since = '2026-11-21T12:00:00.000Z'
const statuses = {
  valid: { kind: 'valid' },
  expiring: { kind: 'expiring' },
  refreshing: { kind: 'refreshing', since },
  'refresh-failing': { kind: 'refresh-failing', code: 'REFRESH_UNREACHABLE', nextTryAt: null },
  expired: { kind: 'expired' },
  'needs-sign-in': { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since },
  unreadable: { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' },
  locked: { kind: 'locked' }
} satisfies Record<string, CredentialStatus>

function summary(status: CredentialStatus, name = 'GitHub', account = 'ana'): CredentialSummary {
  return {
    id: JSON.stringify([name.toLowerCase(), account]),
    service: name.toLowerCase(),
    account,
    name,
    kind: 'oauth',
    status,
    expiry: { kind: 'never' },
    renewable: true,
    scopes: [],
    missingScopes: [],
    extraScopes: [],
    issuer: null,
    clientId: null,
    allowedHosts: [],
    masked: 'gh••••••••1a',
    backend: 'keychain',
    obtainedAt: since,
    refreshedAt: null,
    nextRefreshAt: null,
    keptFresh: null,
    useBefore: null,
    signInBefore: null,
    issuedAt: since,
    lastUsedAt: null,
    rotation: null,
    labels: null
  }
}
const labels = (list: CredentialSummary[], storage = healthy): string[] =>
  trayModel(list, storage).items.map((item) => (item.kind === 'separator' ? '-' : item.label))

it('Each reason why a refresh fails has its word in the tray', () => {
  const nextTryAt = null
  const words = (
    [
      { kind: 'needs-sign-in', code: 'ROTATION_LOST', since },
      { kind: 'needs-sign-in', code: 'CLIENT_CHANGED', since },
      { kind: 'needs-sign-in', code: 'CONSENT_REQUIRED', since },
      { kind: 'refresh-failing', code: 'CLIENT_REFUSED', nextTryAt },
      { kind: 'refresh-failing', code: 'PROVIDER_REFUSED', nextTryAt },
      { kind: 'refresh-failing', code: 'PROVIDER_REFUSED', nextTryAt: since }
    ] satisfies CredentialStatus[]
  ).map((status) => labels([summary(status)]).find((label) => label.startsWith('GitHub')))
  expect(words).toEqual(
    [
      'Refresh lost',
      'Client changed',
      'Needs new consent',
      'Client refused',
      'Needs attention',
      'Refresh failing'
    ].map((word) => `GitHub (ana) — ${word}`)
  )
})

describe('the tray icon', () => {
  it.each<[keyof typeof statuses, TrayIcon]>([
    ['valid', 'ok'],
    ['refreshing', 'ok'],
    ['expiring', 'attention'],
    ['refresh-failing', 'attention'],
    ['locked', 'attention'],
    ['expired', 'error'],
    ['needs-sign-in', 'error'],
    ['unreadable', 'error']
  ])('with a credential that is %s shows %s', (kind, icon) => {
    const list = [summary(statuses.valid, 'Slack'), summary(statuses[kind])]
    expect(trayModel(list, healthy).icon).toBe(icon)
  })

  it.each<[StorageHealth['state'], TrayIcon]>([
    ['healthy', 'ok'],
    ['degraded', 'attention'],
    ['locked', 'locked'],
    ['unavailable', 'error']
  ])('with a store that is %s shows %s', (state, icon) => {
    expect(trayModel([summary(statuses.valid)], { ...healthy, state }).icon).toBe(icon)
  })
})

describe('the tooltip', () => {
  it.each<[string, CredentialSummary[], StorageHealth, string]>([
    ['nothing stored', [], healthy, 'Latchkey: nothing stored yet'],
    ['one working credential', [summary(statuses.valid)], healthy, 'Latchkey: 1 credential works'],
    [
      'one in need',
      [summary(statuses.expired), summary(statuses.valid, 'Slack')],
      healthy,
      'Latchkey: 1 needs attention'
    ],
    [
      'two in need',
      [summary(statuses.expired), summary(statuses['refresh-failing'], 'Slack')],
      healthy,
      'Latchkey: 2 need attention'
    ],
    [
      'a locked keychain',
      [summary(statuses.expired)],
      { ...healthy, state: 'locked' },
      'Latchkey: the keychain is locked'
    ]
  ])('tells of %s', (_what, list, storage, tooltip) => {
    expect(trayModel(list, storage).tooltip).toBe(tooltip)
  })
})

describe('the tray menu', () => {
  it('lists the worst first and counts the rest', () => {
    const list = [
      summary(statuses.valid, 'Slack'),
      summary(statuses.expiring, 'npm'),
      summary(statuses['needs-sign-in'], 'GitHub'),
      summary(statuses.valid, 'Linear')
    ]
    expect(labels(list)).toEqual([
      'Open Latchkey',
      '-',
      'GitHub (ana) — Needs sign-in',
      'npm (ana) — Expires soon',
      '2 more valid',
      '-',
      'Refresh all',
      'Lock',
      '-',
      'Quit'
    ])
  })

  it('says nothing of what is kept while the vault is locked, whatever the store', () => {
    const storage: StorageHealth = {
      ...healthy,
      state: 'locked',
      problem: toProblem(new VaultError('VAULT_LOCKED'))
    }
    const { icon, tooltip, items } = trayModel([summary(statuses.expired)], storage)
    expect([icon, tooltip]).toEqual(['locked', 'Latchkey: locked'])
    expect(items.map((item) => (item.kind === 'separator' ? '-' : item.label))).toEqual([
      'Unlock…',
      '-',
      'Quit'
    ])
  })

  it('shows eight at most', () => {
    const list = Array.from({ length: 11 }, (_, index) =>
      summary(statuses.expired, `S${String(index).padStart(2, '0')}`)
    )
    expect(labels(list).filter((label) => label.includes('—'))).toHaveLength(8)
    expect(labels(list)).toContain('3 more to look at')
  })

  it('with nothing stored has only what can be done', () => {
    expect(labels([])).toEqual(['Open Latchkey', '-', 'Refresh all', 'Lock', '-', 'Quit'])
    const refresh = trayModel([], healthy).items.find(
      (item) => item.kind === 'action' && item.label === 'Refresh all'
    )
    expect(refresh).toMatchObject({ enabled: false })
  })

  it('opens the entry it names', () => {
    const item = trayModel([summary(statuses.expired)], healthy).items[2]
    expect(item).toMatchObject({ action: { kind: 'open', credential: '["github","ana"]' } })
  })
})

describe('a clock that is off', () => {
  const valid = [summary(statuses.valid)]

  it.each([
    [10, 'about 10 minutes ahead'],
    [-119, 'about 119 minutes behind'],
    [200, 'about 3 hours ahead'],
    [5_256_000, 'about 3650 days ahead']
  ])('by %i minutes is said in the menu and in the tooltip', (minutesAhead, words) => {
    const model = trayModel(valid, healthy, { minutesAhead, host: 'sso.example.net' })
    expect(model.items).toContainEqual({ kind: 'text', label: `This computer’s clock: ${words}` })
    expect(model.tooltip).toBe(`Latchkey: 1 credential works, clock ${words}`)
    expect(model.icon).toBe('attention')
  })

  it('makes no error less', () => {
    const clock = { minutesAhead: 10, host: 'sso.example.net' }
    expect(trayModel([summary(statuses.expired)], healthy, clock).icon).toBe('error')
  })
})
