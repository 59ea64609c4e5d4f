import { parse } from 'valibot'
import { describe, expect, it } from 'vitest'
import { type DoctorCheckId, doctorCheckIds, doctorReport, type DoctorRow } from '#shared/doctor.ts'
import { toProblem, VaultError } from '#shared/problem.ts'
import type { CatalogEntry } from '../credential-record.ts'
import { Doctor } from './doctor.ts'
import type { CatalogView, DoctorPorts, FileAudit } from './doctor-ports.ts'

const now = new Date('2026-11-21T10:00:00Z')
const SECRET = 'ghp_plantedSecretThatMustNotBeSeen0123456789'

function entry(account: string, change: Partial<CatalogEntry> = {}): CatalogEntry {
  return {
    ref: { service: 'github', account },
    kind: 'api-key',
    name: 'GitHub',
    provider: null,
    clientId: null,
    scopesRequested: [],
    scopesGranted: [],
    allowedHosts: [],
    expiry: { kind: 'never' },
    issuedAt: new Date('2026-11-20T10:00:00Z'),
    renewable: false,
    masked: '••••••••',
    backend: 'keychain',
    obtainedAt: new Date('2026-11-20T10:00:00Z'),
    refreshedAt: null,
    lastUsedAt: null,
    health: { kind: 'ok' },
    rotation: null,
    ...change
  }
}

const tidy: FileAudit = {
  exists: true,
  homeProblem: null,
  isDurable: true,
  open: [],
  foreign: [],
  leftovers: []
}
const view = (change: Partial<CatalogView> = {}): CatalogView => ({
  entries: [entry('ana')],
  keys: ['["github","ana"]'],
  intents: 0,
  signOuts: [],
  savedAt: () => null,
  ...change
})

function ports(change: Partial<DoctorPorts> = {}): DoctorPorts {
  return {
    clock: { now: () => now },
    version: '1.2.3',
    runtime: 'Node 24',
    keychainRoundTrip: async () => ({ kind: 'ok', ms: 41 }),
    storageHealth: async () => ({
      backend: 'keychain',
      label: 'GNOME Keyring',
      state: 'healthy',
      problem: null
    }),
    storeInUse: () => 'keychain',
    files: { audit: async () => tidy, strays: async () => [], close: async () => 0, sweep: async () => 0 },
    catalog: catalogOf(view()),
    bindLoopback: async () => undefined,
    ownProviders: async () => ({ exists: true, rows: 2, problem: null }),
    policy: async () => ({ exists: true, problem: null, unknown: [] }),
    sops: async () => ({ hasConfig: true, keyFile: 'readable', recipients: 1 }),
    oldFiles: async () => ({ llxprt: [], kstlib: [] }),
    oldKiwiAccounts: async () => [],
    ...change
  }
}

function catalogOf(
  found: CatalogView | null,
  change: Partial<DoctorPorts['catalog']> = {}
): DoctorPorts['catalog'] {
  return {
    unlisted: async () => 0,
    takeBack: async () => 0,
    view: async () => found,
    readEntry: async () => 'readable',
    settle: async () => true,
    lastRun: () => null,
    noteRun: () => undefined,
    ...change
  }
}

async function rowOf(
  id: DoctorCheckId,
  change: Partial<DoctorPorts>,
  readEntries = true
): Promise<DoctorRow> {
  const report = parse(doctorReport, await new Doctor(ports(change)).run({ readEntries }))
  return report.rows.find((row) => row.id === id)!
}

const problem = (code: 'KEYCHAIN_LOCKED' | 'KEYCHAIN_TIMEOUT') => toProblem(new VaultError(code))
const audit = (change: Partial<FileAudit>): Partial<DoctorPorts> => ({
  files: { ...ports().files, audit: async () => ({ ...tidy, ...change }) }
})

describe('the doctor', () => {
  it('passes every check of a healthy vault, each once, with the milliseconds of the keychain', async () => {
    const report = parse(doctorReport, await new Doctor(ports()).run({ readEntries: true }))
    expect(report.rows.map(({ id }) => id).toSorted()).toEqual([...doctorCheckIds].toSorted())
    expect(report.rows.filter(({ state }) => state !== 'ok')).toEqual([])
    expect(report.rows.find(({ id }) => id === 'keychain')?.fact).toBe('write, read, delete in 41 ms')
    expect(report.repaired).toEqual([])
  })

  const oddities: readonly (readonly [DoctorCheckId, DoctorRow['state'], string, Partial<DoctorPorts>])[] = [
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

  it('opens no entry unless it is asked to', async () => {
    let opened = 0
    const catalog = catalogOf(view(), {
      readEntry: async () => {
        opened += 1
        return 'readable'
      }
    })
    expect((await rowOf('entries', { catalog }, false)).state).toBe('skipped')
    expect(opened).toBe(0)
    expect((await rowOf('entries', { catalog }, true)).fact).toBe('1 of 1')
    expect(opened).toBe(1)
  })

  it('stops opening entries at the first refusal of the keychain', async () => {
    let opened = 0
    const catalog = catalogOf(view({ entries: ['a', 'b', 'c'].map((name) => entry(name)) }), {
      readEntry: () => {
        opened += 1
        return Promise.reject(new VaultError('KEYCHAIN_LOCKED'))
      }
    })
    expect(await rowOf('entries', { catalog })).toMatchObject({
      state: 'skipped',
      remedy: expect.stringContaining('Unlock')
    })
    expect(opened).toBe(1)
  })

  it('goes on when every port breaks, and passes on no word of what they threw', async () => {
    const breaking = () => Promise.reject(new SyntaxError(`Unexpected token in ${SECRET}`))
    const all = ports({
      keychainRoundTrip: breaking,
      storageHealth: breaking,
      files: { audit: breaking, strays: breaking, close: breaking, sweep: breaking },
      catalog: {
        ...catalogOf(view(), { readEntry: breaking, settle: breaking }),
        lastRun: () => {
          throw new Error(SECRET)
        },
        noteRun: () => {
          throw new Error(SECRET)
        }
      },
      bindLoopback: breaking,
      sops: breaking,
      oldFiles: breaking,
      oldKiwiAccounts: breaking
    })
    const report = parse(doctorReport, await new Doctor(all).fix({ checks: null, readEntries: true }))
    expect(JSON.stringify(report)).not.toContain(SECRET)
    expect(report.rows.filter(({ state }) => state === 'failure').length).toBeGreaterThan(5)
  })

  it('puts what needs a person first', async () => {
    const report = await new Doctor(
      ports(audit({ open: ['a'], homeProblem: 'It is a link to another place.' }))
    ).run({
      readEntries: false
    })
    expect(report.rows.slice(0, 2).map(({ id }) => id)).toEqual(['home', 'modes'])
  })

  it('repairs what it is asked to and says so', async () => {
    const done: string[] = []
    let intents = 1
    const fixing = ports({
      files: {
        audit: async () => tidy,
        strays: async () => [],
        close: async () => {
          done.push('close')
          return 2
        },
        sweep: async () => {
          done.push('sweep')
          return 1
        }
      },
      catalog: catalogOf(null, {
        view: async () => view({ intents }),
        settle: async () => {
          done.push('settle')
          intents = 0
          return true
        }
      })
    })
    const one = await new Doctor(fixing).fix({ checks: ['modes'], readEntries: false })
    expect(one.repaired).toEqual(['Made 2 files and folders private.'])
    expect(done).toEqual(['close'])
    const all = await new Doctor(fixing).fix({ checks: null, readEntries: false })
    expect(all.repaired).toEqual([
      'Made 2 files and folders private.',
      'Removed 1 half-written file.',
      'Settled 1 interrupted operation.'
    ])
    expect(all.rows.find(({ id }) => id === 'intents')?.state).toBe('ok')
  })

  it('shows names from a broken disk without control characters and not endlessly', async () => {
    const row = await rowOf('modes', audit({ open: [`a\u001b[2J${'x'.repeat(5000)}`] }))
    expect(row.fact).toContain('a?[2J')
    expect(row.fact.length).toBeLessThan(200)
  })
})
