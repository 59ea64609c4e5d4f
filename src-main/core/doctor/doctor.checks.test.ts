import { describe, expect, it } from 'vitest'
import type { DoctorCheckId, DoctorRow } from '#shared/doctor.ts'
import { VaultError } from '#shared/problem.ts'
import type { DoctorPorts } from './doctor-ports.ts'
import {
  audit,
  catalogOf,
  cursor,
  entry,
  problem,
  rowOf,
  view,
  now,
  ports,
  SECRET
} from './doctor.testkit.ts'

describe('a check of the doctor', () => {
  it('fits a report where every host of agents has every fault', async () => {
    const all = ['claude-code', 'claude-desktop', 'codex', 'cursor', 'vscode']
    const fault = { path: `/${'p'.repeat(300)}`, isConfigured: false, missing: '/gone', tokens: 3 }
    const row = await rowOf('hosts', { hosts: async () => all.map((host) => ({ ...fault, host })) })
    expect(row.remedy).toContain('“latchkey setup vscode”. Move the tokens into Latchkey: “latchkey')
    expect(row.remedy).toContain('“latchkey setup mcp-host vscode”.')
  })

  const oddities: readonly (readonly [DoctorCheckId, DoctorRow['state'], string, Partial<DoctorPorts>])[] = [
    ['hosts', 'ok', 'none', { hosts: async () => [] }],
    ['hosts', 'ok', 'cursor', {}],
    [
      'hosts',
      'warning',
      'cursor lacks Latchkey in /home/ana/.cursor/mcp.json; 2 tokens in plain text in /home/ana/.cursor/mcp.json',
      { hosts: async () => [{ ...cursor, isConfigured: false, tokens: 2 }] }
    ],
    [
      'hosts',
      'warning',
      'cursor starts /usr/bin/node, which is not there',
      { hosts: async () => [{ ...cursor, missing: '/usr/bin/node' }] }
    ],
    ['tools', 'ok', 'none', { tools: async () => [] }],
    [
      'tools',
      'warning',
      'changed since the setup: git in /home/ana/.gitconfig',
      { tools: async () => [{ tool: 'git', changed: ['/home/ana/.gitconfig'], missing: null }] }
    ],
    [
      'tools',
      'warning',
      'the program of Latchkey is gone that it starts: aws: /opt/latchkey/bin/latchkey-aws',
      { tools: async () => [{ tool: 'aws', changed: [], missing: '/opt/latchkey/bin/latchkey-aws' }] }
    ],
    [
      'aws-pairs',
      'warning',
      '2 pairs of access keys in ~/.aws/credentials: default, work',
      { awsPairs: async () => ({ path: '~/.aws/credentials', profiles: ['default', 'work'] }) }
    ],
    [
      'keychain',
      'failure',
      'KEYCHAIN_LOCKED',
      { keychainRoundTrip: async () => ({ kind: 'failed', problem: problem('KEYCHAIN_LOCKED') }) }
    ],
    ['home', 'warning', 'a power cut may undo', audit({ isDurable: false })],
    ['keychain', 'failure', 'no keychain module', { keychainRoundTrip: async () => ({ kind: 'absent' }) }],
    [
      'keychain',
      'skipped',
      'turn the keychain off',
      { keychainRoundTrip: async () => ({ kind: 'not-used' }) }
    ],
    [
      'backend',
      'failure',
      'Nothing can be stored',
      {
        storageHealth: async () => ({
          backend: null,
          label: 'x',
          state: 'locked',
          problem: problem('KEYCHAIN_LOCKED')
        })
      }
    ],
    [
      'backend',
      'warning',
      'KEYCHAIN_TIMEOUT',
      {
        storageHealth: async () => ({
          backend: 'encrypted-file',
          label: 'Encrypted files',
          state: 'degraded',
          problem: problem('KEYCHAIN_TIMEOUT')
        })
      }
    ],
    [
      'fallback',
      'warning',
      '1 entry is in encrypted files: GitHub (ana)',
      { catalog: catalogOf(view({ entries: [entry('ana', { backend: 'encrypted-file' })] })) }
    ],
    ['home', 'failure', 'another user', audit({ homeProblem: 'It belongs to another user.' })],
    ['home', 'skipped', 'Nothing has been stored', audit({ exists: false })],
    ['modes', 'warning', 'open to others: catalog.db', audit({ open: ['catalog.db'] })],
    ['modes', 'failure', 'keys/link', audit({ foreign: ['keys/link'] })],
    ['leftovers', 'warning', '.9-0.tmp', audit({ leftovers: ['.9-0.tmp'] })],
    [
      'catalog',
      'failure',
      '2 entries can’t be read',
      {
        catalog: catalogOf(
          view({
            entries: ['a', 'b'].map((name) =>
              entry(name, { health: { kind: 'unreadable', code: 'CREDENTIAL_UNREADABLE' } })
            )
          })
        )
      }
    ],
    ['catalog', 'skipped', 'Nothing has been stored', { catalog: catalogOf(null) }],
    [
      'unlisted',
      'warning',
      '2 credentials are in the store and not in the list',
      { catalog: catalogOf(view(), { unlisted: async () => 2 }) }
    ],
    [
      'unlisted',
      'skipped',
      'the store does not answer',
      { catalog: catalogOf(view(), { unlisted: () => Promise.reject(new VaultError('VAULT_LOCKED')) }) }
    ],
    [
      'catalog',
      'failure',
      'CREDENTIAL_UNREADABLE',
      { catalog: catalogOf(null, { view: () => Promise.reject(new VaultError('CREDENTIAL_UNREADABLE')) }) }
    ],
    [
      'entries',
      'failure',
      '0 of 1; without a secret: GitHub (ana)',
      { catalog: catalogOf(view(), { readEntry: async () => 'absent' }) }
    ],
    [
      'entries',
      'failure',
      'can’t be opened: GitHub (ana)',
      { catalog: catalogOf(view(), { readEntry: async () => 'unreadable' }) }
    ],
    [
      'entries',
      'failure',
      'older than what was stored last: GitHub (ana)',
      { catalog: catalogOf(view(), { readEntry: async () => 'older' }) }
    ],
    [
      'strays',
      'warning',
      '1 sealed file without an entry: x.enc',
      { files: { ...ports().files, strays: async () => ['x.enc'] } }
    ],
    [
      'sign-outs',
      'warning',
      '1 sign-out not confirmed by the provider: GitHub, ana (2026-11-21)',
      {
        catalog: catalogOf(
          view({ signOuts: [{ name: 'GitHub', account: 'ana', host: 'github.com', page: null, at: now }] })
        )
      }
    ],
    ['intents', 'warning', '2 operations not finished', { catalog: catalogOf(view({ intents: 2 })) }],
    ['clock', 'warning', 'back by 14 minutes', { clock: { now: () => new Date('2026-11-20T09:46:00Z') } }],
    [
      'clock',
      'warning',
      'back by 60 minutes',
      { catalog: catalogOf(view(), { lastRun: () => new Date('2026-11-21T11:00:00Z') }) }
    ],
    ['loopback', 'failure', 'No port', { bindLoopback: () => Promise.reject(new Error(SECRET)) }],
    ['providers', 'ok', 'none', { ownProviders: async () => ({ exists: false, rows: 0, problem: null }) }],
    [
      'providers',
      'failure',
      'row 2: name is missing',
      {
        ownProviders: async () => ({
          exists: true,
          rows: 0,
          problem: 'providers.json, row 2: name is missing.'
        })
      }
    ],
    ['policy', 'ok', 'none', { policy: async () => ({ exists: false, problem: null, unknown: [] }) }],
    [
      'policy',
      'failure',
      'version must be 1',
      { policy: async () => ({ exists: true, problem: 'policy.yaml: version must be 1.', unknown: [] }) }
    ],
    [
      'policy',
      'warning',
      'ci-bot',
      { policy: async () => ({ exists: true, problem: null, unknown: ['No program ci-bot is paired.'] }) }
    ],
    ['sops-config', 'skipped', 'not configured', { sops: async () => null }],
    [
      'sops-config',
      'skipped',
      'no matching creation rule',
      { sops: async () => ({ hasConfig: false, keyFile: 'readable', recipients: 1 }) }
    ],
    [
      'age-key',
      'failure',
      'no identity',
      { sops: async () => ({ hasConfig: true, keyFile: 'missing', recipients: 1 }) }
    ],
    [
      'age-key',
      'failure',
      'can’t be read',
      { sops: async () => ({ hasConfig: true, keyFile: 'denied', recipients: 1 }) }
    ],
    [
      'age-key',
      'warning',
      'Others may read',
      { sops: async () => ({ hasConfig: true, keyFile: 'open-to-others', recipients: 1 }) }
    ],
    [
      'age-recipients',
      'failure',
      'There is none',
      { sops: async () => ({ hasConfig: true, keyFile: 'missing', recipients: 0 }) }
    ],
    [
      'age-recipients',
      'ok',
      'those of the key file',
      { sops: async () => ({ hasConfig: true, keyFile: 'readable', recipients: 0 }) }
    ],
    [
      'old-llxprt',
      'warning',
      '2 files: ~/.llxprt/a.key',
      { oldFiles: async () => ({ llxprt: ['~/.llxprt/a.key', '~/.llxprt/b.key'], kstlib: [] }) }
    ],
    [
      'old-kstlib',
      'warning',
      'x.token.json',
      { oldFiles: async () => ({ llxprt: [], kstlib: ['x.token.json'] }) }
    ],
    [
      'old-kiwi',
      'warning',
      'supabase_access_token',
      { oldKiwiAccounts: async () => ['supabase_access_token'] }
    ],
    ['old-kiwi', 'skipped', 'Not checked', { keychainRoundTrip: async () => ({ kind: 'absent' }) }]
  ]
  it.each(oddities)('says of %s: %s, “%s”', async (id, state, fact, change) => {
    const row = await rowOf(id, change)
    expect(row.state).toBe(state)
    expect(row.fact).toContain(fact)
    if (state === 'warning' || state === 'failure') expect(row.remedy).toMatch(/\w{3}/)
  })

  it('names old files as data, for an import to ask for', async () => {
    const llxprt = ['~/.llxprt/a.key', '~/.llxprt/b.key']
    const change = { oldFiles: async () => ({ llxprt, kstlib: ['~/.config/app/auth/tokens/x.token.json'] }) }
    expect((await rowOf('old-llxprt', change)).files).toEqual(llxprt)
    expect((await rowOf('old-kstlib', change)).files).toEqual(['~/.config/app/auth/tokens/x.token.json'])
    expect((await rowOf('old-kiwi', change)).files).toEqual([])
  })

  it('leaves out a path that is too long for its report, which stays valid', async () => {
    const long = `~/.llxprt/${'k'.repeat(600)}.key`
    const row = await rowOf('old-llxprt', { oldFiles: async () => ({ llxprt: [long], kstlib: [] }) })
    expect(row).toMatchObject({ state: 'warning', files: [] })
  })

  it('shows names from a broken disk without control characters and not endlessly', async () => {
    const row = await rowOf('modes', audit({ open: [`a\u001b[2J${'x'.repeat(5000)}`] }))
    expect(row.fact).toContain('a?[2J')
    expect(row.fact.length).toBeLessThan(200)
  })
})
