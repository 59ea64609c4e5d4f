import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, sep } from 'node:path'
import { VaultError } from '#shared/problem.ts'
import type { ExportReport } from '#shared/transfer.ts'
import type { Config } from '../config.ts'
import { collectCredentials, type ExportOrder, exportVault } from '../core/transfer/export-service.ts'
import { ImportService } from '../core/transfer/import-service.ts'
import type { Clock, CredentialRepository } from '../core/ports.ts'
import type { TokenService } from '../core/tokens/token-service.ts'
import type { OAuthProvider } from '../core/provider.ts'
import { importedRow } from '../oauth/providers/imported-row.ts'
import { apiKeyRows, builtInProviders } from '../oauth/providers/providers.ts'
import type { Catalog } from '../storage/catalog/catalog.ts'
import { isSameRecord } from '../storage/records/credential-codec.ts'
import { findOldFiles } from '../storage/files/old-files.ts'
import { createExportWriter } from '../storage/transfer/export-file.ts'
import { createImportReader } from '../storage/transfer/import-reader.ts'
import { readImportFile } from '../storage/transfer/source-file.ts'
import { ownProvidersIn } from './own-providers.ts'
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { type RecoveryRecord, RecoveryService } from '../core/transfer/recovery-service.ts'
import { newRecoveryKey } from '../storage/transfer/age-file.ts'
import { createRecoveryFiles } from '../storage/transfer/recovery-files.ts'
import type { VaultDialogs } from '../core/requests/transfer-requests.ts'
import { homeLayout } from '../home/home-layout.ts'

/** Dialogs for a process without windows: each is cancelled at once, and the wish of a terminal is not asked about. */
export const noDialogs: VaultDialogs = {
  chooseFileToOpen: async () => null,
  chooseFileToSave: async () => null,
  showRecoveryKey: async () => false,
  confirmWish: null
}

export type TransferBasis = {
  readonly config: Pick<Config, 'home' | 'insecureLoopbackIssuers'>
  readonly clock: Clock
  readonly newId: () => string
  readonly version: string
  readonly repository: CredentialRepository
  readonly tokens: Pick<TokenService, 'current' | 'exclusively'>
  /** Called after a run that stored something. */
  readonly onImported: () => void
}

type ExportBasis = Pick<TransferBasis, 'clock' | 'version'> & {
  readonly repository: Pick<CredentialRepository, 'list'>
  readonly current: TokenService['current']
}

/** Export by path, also of a home that can’t be written. */
export function createExport({ clock, version, repository, current }: ExportBasis) {
  const writer = createExportWriter({ clock, version })
  const exportTo = async (order: ExportOrder): Promise<ExportReport> => {
    const report = await exportVault({ repository, current, writer }, order)
    return { ...report, path: shownPath(order.path) }
  }
  return {
    writer,
    exportTo,
    checkNew,
    /** As `exportTo`; throws INVALID_REQUEST also where a file is already. */
    exportToNew: async (order: ExportOrder): Promise<ExportReport> => {
      checkNew(order.path)
      return await exportTo(order)
    }
  }
}

/** Throws INVALID_REQUEST where a file is already. */
function checkNew(path: string): void {
  if (!existsSync(path)) return
  const message = 'This file already exists. Choose another name.'
  throw new VaultError('INVALID_REQUEST', { message })
}

/** Export and import by path, for the window's handlers and for the command line. */
export function createTransfer(basis: TransferBasis) {
  const { clock, repository, tokens, version } = basis
  const current = (ref: Parameters<TokenService['current']>[0]) => tokens.current(ref)
  return {
    ...createExport({ clock, version, repository, current }),
    collect: () => collectCredentials({ repository, current }),
    imports: new ImportService({
      clock,
      newId: basis.newId,
      reader: createImportReader({ clock, services: apiKeyRows, providerOf: providerFor(basis.config) }),
      repository,
      current,
      exclusively: (ref, task) => tokens.exclusively(ref, task),
      hostsOf: (service) => apiKeyRows.find(({ id }) => id === service)?.allowedHosts ?? null,
      isEqual: isSameRecord,
      onImported: basis.onImported
    }),
    readFile: (path: string) => readImportFile(path, shownPath(path))
  }
}

/** Checks the rows of imported sign-ins against the rows of this home at the time of the import. */
function providerFor({ home, insecureLoopbackIssuers }: TransferBasis['config']) {
  const urls = { allowLoopbackHttp: insecureLoopbackIssuers }
  return (given: OAuthProvider): OAuthProvider => {
    const own = ownProvidersIn(home)
    return importedRow(given, { rows: [...builtInProviders, ...own.rows], urls })
  }
}

export type VaultTransferBasis = TransferBasis & {
  readonly dialogs: Pick<VaultDialogs, 'showRecoveryKey'>
  readonly catalog: Pick<Catalog, 'preference' | 'setPreference'>
}

export type VaultTransfer = ReturnType<typeof vaultTransfer>

/** Export, import and recovery copies of a vault. */
export function vaultTransfer(basis: VaultTransferBasis) {
  const transfer = createTransfer(basis)
  const recovery = recoveryOf(basis, { ...transfer, shown: shownPath })
  const readOldFile = async (path: string) => await transfer.readFile(await knownOldFile(path))
  return {
    ...transfer,
    readOldFile,
    recovery,
    /** Drops waiting imports and makes the copy that is due. Never throws. */
    close: async () => {
      transfer.imports.close()
      await recovery.close().catch(() => undefined)
    }
  }
}

/**
 * Returns the path of an old file. A page may name only files that were found by the names of other tools;
 * for any other it throws INVALID_REQUEST.
 */
async function knownOldFile(path: string): Promise<string> {
  const { llxprt, kstlib } = await findOldFiles(homedir())
  if (![...llxprt, ...kstlib].includes(path)) {
    throw new VaultError('INVALID_REQUEST', { message: 'This file no longer exists.' })
  }
  return join(homedir(), path.slice(1))
}

function shownPath(path: string): string {
  const home = homedir()
  return path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path
}

type Copies = Pick<ReturnType<typeof createTransfer>, 'writer' | 'collect'> & {
  /** Returns the path as it is shown to the person. */
  readonly shown: (path: string) => string
}

/** The sealed copies that are made after each change, and the key that opens them. */
function recoveryOf(
  { clock, dialogs, catalog, config, repository }: VaultTransferBasis,
  { writer, collect, shown }: Copies
): RecoveryService {
  return new RecoveryService({
    clock,
    memory: {
      read: () => readRecord(catalog.preference(RECOVERY)),
      write: (record) => catalog.setPreference(RECOVERY, record)
    },
    newKey: newRecoveryKey,
    show: (key) => key.expose((text) => dialogs.showRecoveryKey(text)),
    collect,
    fingerprint: () => fingerprintOf(repository),
    files: createRecoveryFiles({ dir: homeLayout(config.home).recovery, writer, shown })
  })
}

const RECOVERY = 'recovery'

const recordSchema = v.object({
  recipient: v.string(),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  copiedAt: v.nullable(v.pipe(v.string(), v.isoTimestamp())),
  fingerprint: v.nullable(v.string()),
  isComplete: v.boolean()
})

function readRecord(stored: unknown): RecoveryRecord | null {
  const parsed = v.safeParse(recordSchema, stored)
  return parsed.success ? parsed.output : null
}

/** A hash of all entries in the catalog, without their time of last use, health and backend. */
function fingerprintOf(repository: Pick<CredentialRepository, 'list'>): string {
  const entries = repository
    .list()
    .map(({ lastUsedAt: _used, health: _health, backend: _backend, ...kept }) => kept)
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex')
}
