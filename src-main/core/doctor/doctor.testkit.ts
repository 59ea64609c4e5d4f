import { parse } from 'valibot'
import { type DoctorCheckId, doctorReport, type DoctorRow } from '#shared/doctor.ts'
import { toProblem, VaultError } from '#shared/problem.ts'
import type { CatalogEntry } from '../credential-record.ts'
import { Doctor } from './doctor.ts'
import type { CatalogView, DoctorPorts, FileAudit } from './doctor-ports.ts'

/** What the clock says. */
export const now = new Date('2026-11-21T10:00:00Z')

/** Stands for a secret that a port lets out. */
export const SECRET = 'ghp_plantedSecretThatMustNotBeSeen0123456789'

/** A key of GitHub in the list. */
export function entry(account: string, change: Partial<CatalogEntry> = {}): CatalogEntry {
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

/** A home in which nothing is wrong. */
export const tidy: FileAudit = {
  exists: true,
  homeProblem: null,
  isDurable: true,
  open: [],
  foreign: [],
  leftovers: []
}
/** The list as the doctor sees it. */
export const view = (change: Partial<CatalogView> = {}): CatalogView => ({
  entries: [entry('ana')],
  keys: ['["github","ana"]'],
  intents: 0,
  signOuts: [],
  savedAt: () => null,
  ...change
})

/** A host of agents that was set up. */
export const cursor = {
  host: 'cursor',
  path: '/home/ana/.cursor/mcp.json',
  isConfigured: true,
  missing: null,
  tokens: 0
}

/** Ports of a vault in which every check passes, but for the change. */
export function ports(change: Partial<DoctorPorts> = {}): DoctorPorts {
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
    tools: async () => [{ tool: 'git', changed: [], missing: null }],
    awsPairs: async () => ({ path: '~/.aws/credentials', profiles: [] }),
    hosts: async () => [cursor],
    sops: async () => ({ hasConfig: true, keyFile: 'readable', recipients: 1 }),
    oldFiles: async () => ({ llxprt: [], kstlib: [] }),
    oldKiwiAccounts: async () => [],
    ...change
  }
}

/** Port of a catalog that reads as `found`. Null: it can’t be read. */
export function catalogOf(
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

/** Runs the doctor and returns the row of one check. */
export async function rowOf(
  id: DoctorCheckId,
  change: Partial<DoctorPorts>,
  readEntries = true
): Promise<DoctorRow> {
  const report = parse(doctorReport, await new Doctor(ports(change)).run({ readEntries }))
  return report.rows.find((row) => row.id === id)!
}

export const problem = (code: 'KEYCHAIN_LOCKED' | 'KEYCHAIN_TIMEOUT') => toProblem(new VaultError(code))
export const audit = (change: Partial<FileAudit>): Partial<DoctorPorts> => ({
  files: { ...ports().files, audit: async () => ({ ...tidy, ...change }) }
})
