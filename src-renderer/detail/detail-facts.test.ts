import { expect, it } from 'vitest'
import type { CredentialStatus } from '#shared/credential.ts'
import { summary } from '../test-summary.ts'
import { factsOf, scopeRows, signInFactsOf } from './detail-facts.ts'

it('Scopes that were granted, that were granted beyond what was asked for, and that were withheld, are told apart', () => {
  const credential = summary({
    scopes: ['openid', 'admin'],
    extraScopes: ['admin'],
    missingScopes: ['registry:write']
  })
  expect(scopeRows(credential, [])).toEqual([
    { scope: 'registry:write', short: 'registry:write', granted: false, text: 'Requested, not granted' },
    { scope: 'openid', short: 'openid', granted: true, text: null },
    { scope: 'admin', short: 'admin', granted: true, text: 'Granted, not requested' }
  ])
})

it.each([
  ['https://www.googleapis.com/auth/drive.readonly', '…/auth/drive.readonly'],
  ['https://graph.microsoft.com/Mail.Read', '…/Mail.Read'],
  ['https://mail.google.com/', 'https://mail.google.com/'],
  ['read:jira-work', 'read:jira-work'],
  ['https://', 'https://']
])('The scope %s is shown as %s', (scope, short) => {
  expect(scopeRows(summary({ scopes: [scope] }), []).map((row) => row.short)).toEqual([short])
})

it('A sign-in for an MCP server says where it was made, for what, with which client and how', () => {
  const credential = summary({
    issuer: 'https://sso.example.net/realms/main',
    resource: 'https://mcp.example.com/files/mcp',
    clientId: 'client-1',
    surface: 'window'
  })
  expect(signInFactsOf(credential)).toEqual([
    { label: 'Issuer', text: 'sso.example.net', exact: 'https://sso.example.net/realms/main' },
    { label: 'Tokens for', text: 'mcp.example.com/files/mcp', exact: 'https://mcp.example.com/files/mcp' },
    { label: 'Client', text: 'client-1' },
    { label: 'Signs in', text: 'in the sign-in window' }
  ])
})

it('A sign-in that its provider ends for its age says before when to sign in again, from the first day', () => {
  const signInBefore = '2027-05-20T00:00:00.000Z'
  const labels = (part: Parameters<typeof summary>[0]) =>
    factsOf(summary({ renewable: true, ...part }), Date.parse('2026-11-21')).map(({ label }) => label)
  expect(labels({ signInBefore })).toContain('Sign in again before')
  expect(labels({ signInBefore: null })).not.toContain('Sign in again before')
})

it('A time within the hour is said by its distance, and the exact one on hover', () => {
  const now = Date.parse('2026-11-21T12:00:00.000Z')
  const next = (nextRefreshAt: string) =>
    factsOf(summary({ renewable: true, nextRefreshAt }), now).find(({ label }) => label === 'Next refresh')
  expect(next('2026-11-21T12:00:16.000Z')).toMatchObject({ text: 'in 16 s' })
  expect(next('2026-11-21T12:00:16.000Z')?.exact).toContain('12:00')
  expect(next('2026-11-21T13:30:00.000Z')?.text).toContain('today')
})

it('The expiry that a locked entry hides beside its status is hidden among the facts as well', () => {
  const expires = (status: CredentialStatus) =>
    factsOf(
      summary({ status, expiry: { kind: 'at', at: '2026-12-11T11:38:00.000Z' } }),
      Date.parse('2026-11-21')
    ).find(({ label }) => label === 'Expires')
  expect(expires({ kind: 'locked' })).toEqual({ label: 'Expires', text: 'expiry hidden' })
  expect(expires({ kind: 'valid' })?.text).toContain('11 Dec 2026')
})
