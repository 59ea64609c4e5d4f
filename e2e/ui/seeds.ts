import {
  type CredentialStatus,
  type CredentialSummary,
  credentialKey,
  type Expiry
} from '#shared/credential.ts'
import { defaultPreferences, type Preferences } from '#shared/preferences.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { problemCatalog, type ProblemCode, type Problem } from '#shared/problem.ts'
import { builtInProviders, toProviderChoice } from '../../src-main/oauth/providers/providers.ts'
import type { FakeSeed } from '../../test/fakes/fake-vault.ts'
import { fewUses, manyUses, proposals, signInProposal } from './activity-seeds.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export type SeedName =
  | 'twelve'
  | 'empty'
  | 'error'
  | 'locked'
  | 'locked-files'
  | 'plain'
  | 'interrupted'
  | 'degraded'
  | 'unavailable'
  | 'first-without-store'
  | 'left-view'
  | 'no-tray'
  | 'thousand'
  | 'ten-thousand'
  | 'activity'
  | 'activity-many'
  | 'activity-proposals'
  | 'activity-sign-in'

export const healthy: StorageHealth = {
  backend: 'keychain',
  label: 'GNOME Keyring',
  state: 'healthy',
  problem: null
}
export const degraded: StorageHealth = {
  backend: 'encrypted-file',
  label: 'Encrypted files',
  state: 'degraded',
  problem: problem('KEYCHAIN_UNAVAILABLE')
}
export const unavailable: StorageHealth = {
  backend: null,
  label: 'No store',
  state: 'unavailable',
  problem: problem('KEYCHAIN_UNAVAILABLE')
}
export const locked: StorageHealth = {
  backend: 'keychain',
  label: 'GNOME Keyring',
  state: 'locked',
  problem: problem('KEYCHAIN_LOCKED')
}

export const lockedFiles: StorageHealth = {
  backend: null,
  label: 'Encrypted files',
  state: 'locked',
  problem: problem('VAULT_LOCKED')
}
export const plain: StorageHealth = {
  backend: 'plain-file',
  label: 'UNENCRYPTED files',
  state: 'degraded',
  problem: null
}
const interrupted = {
  from: 'keychain',
  to: 'encrypted-file',
  needsPassphrase: true,
  state: { kind: 'interrupted', canUndo: true }
} as const

export const preferences: Preferences = defaultPreferences

export function seed(name: SeedName, now: number): FakeSeed {
  const base = { credentials: twelve(now), storage: healthy, providers, preferences }
  switch (name) {
    case 'twelve':
      return base
    case 'empty':
      return { ...base, credentials: [] }
    case 'error':
      return { ...base, snapshotFails: 'INTERNAL' }
    case 'locked':
      return { ...base, storage: locked }
    case 'locked-files':
      return { ...base, storage: lockedFiles }
    case 'plain':
      return { ...base, storage: plain }
    case 'interrupted':
      return { ...base, move: interrupted }
    case 'degraded':
      return { ...base, storage: degraded }
    case 'unavailable':
      return { ...base, storage: unavailable }
    case 'first-without-store':
      return { ...base, credentials: [], storage: unavailable }
    case 'left-view':
      // No credential has the tag of the view that was left.
      return {
        ...base,
        layout: { view: { kind: 'of-tag', tag: 'gone' }, order: 'name', grouping: 'service' }
      }
    case 'no-tray':
      return { ...base, hasTray: false }
    case 'thousand':
      return { ...base, credentials: many(1000, now) }
    case 'ten-thousand':
      return { ...base, credentials: many(10_000, now) }
    case 'activity':
      return { ...base, activity: fewUses(now) }
    case 'activity-many':
      return { ...base, activity: manyUses(now) }
    case 'activity-proposals':
      return { ...base, activity: { ...fewUses(now), proposals: proposals(now) } }
    case 'activity-sign-in':
      return { ...base, activity: { ...fewUses(now), proposals: [signInProposal(now)] } }
  }
}

export function problem(code: ProblemCode): Problem {
  return { code, ...problemCatalog[code] }
}

/** The twelve entries of the drawing, in all eight statuses. */
function twelve(now: number): CredentialSummary[] {
  const at = (distance: number): string => new Date(now + distance).toISOString()
  const until = (distance: number): Expiry => ({ kind: 'at', at: at(distance) })
  return [
    make(
      now,
      'github',
      'GitHub',
      'ana@example.com',
      { kind: 'needs-sign-in', code: 'REFRESH_REJECTED', since: at(-2 * HOUR) },
      {
        expiry: until(2.6 * HOUR),
        issuedAt: at(-5.4 * HOUR),
        refreshedAt: at(-5.4 * HOUR),
        obtainedAt: at(-99 * DAY),
        renewable: true,
        scopes: ['repo', 'read:org', 'gist'],
        missingScopes: ['workflow'],
        issuer: 'https://github.com',
        masked: 'gh••••••••1a'
      }
    ),
    make(
      now,
      'stripe',
      'Stripe',
      'Acme test mode',
      { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' },
      {
        kind: 'api-key',
        expiry: { kind: 'unknown' },
        issuer: 'https://api.stripe.com'
      }
    ),
    make(
      now,
      'figma',
      'Figma',
      'ana@example.com',
      { kind: 'expired' },
      {
        expiry: until(-2 * DAY),
        issuedAt: at(-92 * DAY),
        scopes: ['file:read', 'file:comments'],
        issuer: 'https://www.figma.com'
      }
    ),
    make(
      now,
      'keycloak',
      'Keycloak',
      'ana @ sso.example.net',
      { kind: 'refresh-failing', code: 'REFRESH_UNREACHABLE', nextTryAt: at(4 * MINUTE) },
      {
        expiry: until(12 * MINUTE),
        issuedAt: at(-4.8 * HOUR),
        refreshedAt: at(-4.8 * HOUR),
        renewable: true,
        scopes: ['openid', 'profile', 'email'],
        issuer: 'https://sso.example.net/realms/main'
      }
    ),
    make(
      now,
      'sentry',
      'Sentry',
      'acme-web',
      { kind: 'locked' },
      {
        expiry: until(20 * DAY),
        scopes: ['org:read', 'project:read', 'event:read', 'team:read', 'member:read'],
        issuer: 'https://sentry.io'
      }
    ),
    make(
      now,
      'npm',
      'npm',
      'ana-publish',
      { kind: 'expiring' },
      {
        kind: 'api-key',
        expiry: until(3 * DAY),
        issuedAt: at(-47 * DAY),
        obtainedAt: at(-47 * DAY),
        issuer: 'https://npm.example.com'
      }
    ),
    make(
      now,
      'microsoft',
      'Microsoft 365',
      'ana@contoso.example',
      { kind: 'refreshing', since: at(-2000) },
      {
        expiry: until(2 * MINUTE),
        renewable: true,
        scopes: ['Mail.Read', 'Calendars.Read', 'User.Read', 'offline_access'],
        issuer: 'https://login.microsoftonline.com'
      }
    ),
    make(
      now,
      'google',
      'Google Workspace',
      'ana@example.com',
      { kind: 'valid' },
      {
        expiry: until(52 * MINUTE),
        issuedAt: at(-8 * MINUTE),
        refreshedAt: at(-8 * MINUTE),
        nextRefreshAt: at(52 * MINUTE),
        renewable: true,
        scopes: ['calendar', 'drive.readonly', 'openid', 'email'],
        issuer: 'https://accounts.google.com',
        lastUsedAt: at(-3 * MINUTE)
      }
    ),
    make(
      now,
      'gitlab',
      'GitLab',
      'ana @ git.example.org',
      { kind: 'valid' },
      {
        expiry: until(67 * MINUTE),
        issuedAt: at(-53 * MINUTE),
        refreshedAt: at(-53 * MINUTE),
        nextRefreshAt: at(67 * MINUTE),
        renewable: true,
        scopes: ['api'],
        issuer: 'https://git.example.org',
        lastUsedAt: at(-DAY)
      }
    ),
    make(
      now,
      'slack',
      'Slack',
      'Acme Design',
      { kind: 'valid' },
      {
        scopes: ['chat:write', 'channels:read', 'users:read', 'files:read', 'team:read'],
        issuer: 'https://slack.com'
      }
    ),
    make(
      now,
      'linear',
      'Linear',
      'acme',
      { kind: 'valid' },
      {
        expiry: until(243 * DAY),
        issuedAt: at(-109 * DAY),
        obtainedAt: at(-109 * DAY),
        scopes: ['read', 'write'],
        issuer: 'https://linear.app'
      }
    ),
    make(
      now,
      'openai',
      'OpenAI',
      'Acme staging',
      { kind: 'valid' },
      {
        kind: 'api-key',
        issuer: 'https://api.openai.com',
        masked: 'sk••••••••9Q'
      }
    )
  ]
}

/** A long list: every status in turn, and several accounts of each service. */
function many(count: number, now: number): CredentialSummary[] {
  const samples = twelve(now)
  return Array.from({ length: count }, (_, index) => {
    const sample = samples[index % samples.length]
    if (sample === undefined) throw new Error('There are samples.')
    const account = `person-${index}@example.com`
    return { ...sample, account, id: credentialKey({ service: sample.service, account }) }
  })
}

function make(
  now: number,
  service: string,
  name: string,
  account: string,
  status: CredentialStatus,
  rest: Partial<CredentialSummary>
): CredentialSummary {
  return {
    id: credentialKey({ service, account }),
    service,
    account,
    name,
    kind: 'oauth',
    status,
    expiry: { kind: 'never' },
    renewable: false,
    scopes: [],
    missingScopes: [],
    extraScopes: [],
    issuer: null,
    clientId: rest.kind === 'api-key' ? null : 'acme-latchkey',
    allowedHosts: [],
    masked: 'ey••••••••Zw',
    backend: 'keychain',
    obtainedAt: new Date(now - 30 * DAY).toISOString(),
    refreshedAt: null,
    nextRefreshAt: null,
    keptFresh: null,
    useBefore: null,
    signInBefore: null,
    issuedAt: new Date(now - 30 * DAY).toISOString(),
    lastUsedAt: null,
    rotation: null,
    labels: null,
    ...rest
  }
}

/** The gallery of the app itself instead of a sample. */
export const providers: ProviderChoice[] = builtInProviders.map((row) => toProviderChoice(row))
