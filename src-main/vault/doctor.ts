import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { isoTimestamp, pipe, safeParse, string } from 'valibot'
import { refFromKey } from '#shared/credential.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import type { Config } from '../config.ts'
import { Doctor } from '../core/doctor/doctor.ts'
import type { DoctorPorts, PolicyAudit } from '../core/doctor/doctor-ports.ts'
import type { CatalogEntry } from '../core/credential-record.ts'
import { toProblem } from '#shared/problem.ts'
import { accessPresets } from '../oauth/provider-rows/access-presets.ts'
import { readAuthorities, readPolicy } from '../storage/policy/policy-file.ts'
import { auditAwsPairs } from '../storage/doctor/doctor-aws.ts'
import { auditHosts } from '../storage/doctor/doctor-hosts.ts'
import { auditTools } from '../storage/doctor/doctor-tools.ts'
import { policyProblems } from '../storage/policy/policy-problems.ts'
import { readClients } from '../storage/records/use-records.ts'
import type { Clock, CredentialRepository } from '../core/ports.ts'
import type { UnlistedEntries } from '../core/stores/unlisted-entries.ts'
import { unlistedKeys } from '../storage/repository/credential-repository.ts'
import { backupOfLost } from '../storage/catalog/catalog-backups.ts'
import { type Tally, tallyOfOpen } from '../storage/catalog/catalog-tally.ts'
import type { Catalog } from '../storage/catalog/catalog.ts'
import { readStoredEntry, viewOf } from '../storage/doctor/doctor-catalog.ts'
import { createDoctorFiles } from '../storage/doctor/doctor-files.ts'
import { createDoctorKeychain } from '../storage/doctor/doctor-keychain.ts'
import { sopsSetup } from '../storage/doctor/doctor-sops.ts'
import type { CredentialStore } from '../storage/store/credential-store.ts'
import type { KeychainLoader } from '../storage/keychain/keychain-adapter.ts'
import { findOldFiles } from '../storage/files/old-files.ts'
import { chooseStore } from '../home/open-store.ts'
import { ownProvidersIn } from './own-providers.ts'
import { homeLayout } from '../home/home-layout.ts'
import { once } from 'node:events'
import { createServer } from 'node:net'

export type DoctorParts = {
  readonly config: Config
  readonly clock: Pick<Clock, 'now'>
  readonly keychain: KeychainLoader
  readonly version: string
  readonly store: Pick<CredentialStore, 'id' | 'read' | 'find'>
  readonly storageHealth: () => Promise<StorageHealth>
  readonly catalog: Omit<DoctorPorts['catalog'], 'readEntry' | 'unlisted'>
  /** Tally of the entries that the catalog lists and has removed. */
  readonly tally: () => Tally
  /** What the catalog lists; a policy may name it. */
  readonly listed: () => Listed
  /** True if there is another sign that the catalog has lost entries. */
  readonly mayLack: () => boolean
}

/** The doctor of one home, for a vault that is open here or for the command line. */
export function createDoctor(parts: DoctorParts): Doctor {
  const { config, clock, keychain, version, store, storageHealth, catalog, tally } = parts
  const layout = homeLayout(config.home)
  const { sealed, encrypted, browser, backups } = layout
  const userHome = homedir()
  return new Doctor({
    clock,
    version,
    runtime: `Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    ...createDoctorKeychain({
      load: keychain,
      // A move changes the store.
      isUsed: () => store.id === 'keychain' && config.store !== 'file',
      service: 'latchkey',
      now: () => performance.now()
    }),
    storageHealth,
    storeInUse: () => store.id,
    files: createDoctorFiles({
      home: config.home,
      except: [browser],
      sealed: [sealed, encrypted],
      overflow: `${sealed}-overflow`,
      uid: process.getuid?.() ?? null
    }),
    catalog: {
      ...catalog,
      readEntry: (entry, savedAt) => readStoredEntry(store, entry, savedAt),
      unlisted: async (keys) => {
        const mayLack = parts.mayLack() || (await backupOfLost(backups, tally()).catch(() => null)) !== null
        return mayLack ? unlistedKeys(await store.find(), keys).length : 0
      }
    },
    bindLoopback: () => bindLoopback(),
    ownProviders: async () => {
      const { state, rows, problem } = ownProvidersIn(config.home)
      return { exists: state !== 'absent', rows: rows.length, problem }
    },
    policy: () => policyAudit(layout.policy, parts.listed()),
    tools: () => auditTools(layout.setup),
    awsPairs: () => auditAwsPairs({ named: config.awsCredentials, userHome }),
    hosts: () => auditHosts(layout.setup),
    sops: async () => sopsSetup(await sopsPlaces(config, userHome)),
    oldFiles: () => findOldFiles(userHome)
  })
}

/** The entries and the paired programs of a catalog. */
export type Listed = {
  readonly entries: readonly Pick<CatalogEntry, 'ref'>[]
  /** The preference `clients`. */
  readonly clients: unknown
}

async function policyAudit(path: string, { entries, clients }: Listed): Promise<PolicyAudit> {
  const exists = existsSync(path)
  try {
    const services = [
      ...accessPresets.map(({ service }) => service),
      ...entries.map(({ ref }) => ref.service)
    ]
    const names = readClients(clients).map(({ name }) => name)
    const policy = await readPolicy(path)
    await readAuthorities(policy)
    return { exists, problem: null, unknown: policyProblems(policy, { services, clients: names }) }
  } catch (error) {
    return { exists, problem: toProblem(error).message, unknown: [] }
  }
}

type DoctorBasis = {
  readonly catalog: Catalog
  readonly store: CredentialStore
  readonly repository: Pick<CredentialRepository, 'isSetAside' | 'recover'>
  readonly unlisted: Pick<UnlistedEntries, 'takeBack' | 'count'>
  readonly health: () => Promise<StorageHealth>
}

/** The doctor of a vault that is open here. */
export function doctorOf(
  ports: Omit<DoctorParts, 'store' | 'storageHealth' | 'catalog' | 'tally' | 'mayLack' | 'listed'>,
  { catalog, store, repository, unlisted, health }: DoctorBasis
): Doctor {
  const isSetAside = (key: string): boolean => {
    const ref = refFromKey(key)
    return ref !== null && repository.isSetAside(ref)
  }
  return createDoctor({
    ...ports,
    store,
    storageHealth: health,
    tally: () => tallyOfOpen(catalog),
    mayLack: () => unlisted.count > 0,
    listed: () => ({ entries: catalog.list(), clients: catalog.preference('clients') }),
    catalog: {
      view: async () => viewOf(catalog, isSetAside),
      settle: () => repository.recover().then(() => true),
      takeBack: async () => (await unlisted.takeBack()).taken,
      lastRun: () => lastLook(catalog.preference(LAST_LOOK)),
      noteRun: (at) => catalog.setPreference(LAST_LOOK, at.toISOString())
    }
  })
}

const ageKeyFolder: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['Library', 'Application Support'],
  win32: ['AppData', 'Roaming']
}

async function sopsPlaces(config: Config, userHome: string) {
  const { home } = config
  const folder = ageKeyFolder[process.platform] ?? ['.config']
  const { settings } = await chooseStore(config)
  const sops = settings?.type === 'sops' ? settings : null
  return {
    configured: sops && { recipients: sops.recipients ?? [] },
    keyFile: sops?.ageKeyFile ?? join(userHome, ...folder, 'sops', 'age', 'keys.txt'),
    configFiles: [join(home, '.sops.yaml'), join(userHome, '.sops.yaml')]
  }
}

/** Name of the preference that holds the time of the window doctor's last look. */
export const LAST_LOOK = 'doctorLastLook'

/** Null: the doctor has never looked, or the stored value is not a time. */
export function lastLook(stored: unknown): Date | null {
  const parsed = safeParse(pipe(string(), isoTimestamp()), stored)
  return parsed.success ? new Date(parsed.output) : null
}

/** Binds a port that the system chooses on 127.0.0.1, and releases it. Throws the system's error. */
export async function bindLoopback(host = '127.0.0.1'): Promise<void> {
  const server = createServer()
  server.listen({ port: 0, host })
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
}
