import { homedir } from 'node:os'
import { join, sep } from 'node:path'
import { VaultError } from '#shared/problem.ts'
import type { ImportSource } from '#shared/transfer.ts'
import type { Config } from './config.ts'
import { collectCredentials, type ExportOrder, exportVault } from './core/transfer/export-service.ts'
import { ImportService } from './core/transfer/import-service.ts'
import type { Clock, CredentialRepository } from './core/ports.ts'
import type { TransferHandlers } from './core/request-handlers.ts'
import { Secret } from './core/secret.ts'
import type { TokenService } from './core/tokens/token-service.ts'
import type { ImportText } from './core/transfer/transfer-ports.ts'
import type { OAuthProvider } from './core/provider.ts'
import { importedRow } from './oauth/providers/imported-row.ts'
import { apiKeyRows, builtInProviders } from './oauth/providers/providers.ts'
import type { Catalog } from './storage/catalog/catalog.ts'
import { isSameRecord } from './storage/records/credential-codec.ts'
import { findOldFiles } from './storage/files/old-files.ts'
import { createExportWriter } from './storage/transfer/export-file.ts'
import { createImportReader } from './storage/transfer/import-reader.ts'
import { readImportFile } from './storage/transfer/source-file.ts'
import { recoveryOf } from './vault-recovery.ts'
import { ownProvidersIn } from './vault-own-providers.ts'

/** Dialogs of the system: what they show and give passes no page. */
export type VaultDialogs = {
  /** Null: the person closed it. */
  readonly chooseFileToOpen: () => Promise<string | null>
  readonly chooseFileToSave: (suggested: string) => Promise<string | null>
  /** False: the person did not take the key. */
  readonly showRecoveryKey: (key: string) => Promise<boolean>
}

/** Where nobody can be asked. */
export const noDialogs: VaultDialogs = {
  chooseFileToOpen: async () => null,
  chooseFileToSave: async () => null,
  showRecoveryKey: async () => false
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

export type VaultTransfer = {
  readonly handlers: TransferHandlers
  /** Something about the credentials may have changed. */
  readonly noteChange: () => void
  /** Forgets what waits and makes the copy that is due. Never throws. */
  readonly close: () => Promise<void>
}

type ExportBasis = Pick<TransferBasis, 'clock' | 'version'> & {
  readonly repository: Pick<CredentialRepository, 'list'>
  readonly current: TokenService['current']
}

/** Export by path, also of a home that can not be written. */
export function createExport({ clock, version, repository, current }: ExportBasis) {
  const writer = createExportWriter({ clock, version })
  return {
    writer,
    exportTo: async (order: ExportOrder) => {
      const report = await exportVault({ repository, current, writer }, order)
      return { ...report, path: shownPath(order.path) }
    }
  }
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

/** Judges the rows of imported sign-ins by the rows of this home, as they are then. */
function providerFor({ home, insecureLoopbackIssuers }: TransferBasis['config']) {
  const urls = { allowLoopbackHttp: insecureLoopbackIssuers }
  return (given: OAuthProvider): OAuthProvider => {
    const own = ownProvidersIn(home)
    return importedRow(given, { rows: [...builtInProviders, ...own.rows], urls })
  }
}

export type VaultTransferBasis = TransferBasis & {
  readonly dialogs: VaultDialogs
  readonly catalog: Pick<Catalog, 'preference' | 'setPreference'>
}

/** The transfer requests of a vault and its recovery copies. */
export function vaultTransfer(basis: VaultTransferBasis): VaultTransfer {
  const { clock, dialogs } = basis
  const transfer = createTransfer(basis)
  const recovery = recoveryOf(basis, { ...transfer, shown: shownPath })
  const handlers: TransferHandlers = {
    exportVault: async ({ passphrase }) => {
      const path = await dialogs.chooseFileToSave(suggestedName(clock.now()))
      return path === null ? null : await transfer.exportTo({ path, passphrase: new Secret(passphrase) })
    },
    previewImport: async (source) => {
      const text = await textOf(source, dialogs, transfer.readFile)
      return text === null ? null : await transfer.imports.preview(text)
    },
    openImport: ({ id, secret }) => transfer.imports.open(id, new Secret(secret)),
    runImport: (request) => transfer.imports.run(request),
    cancelImport: async (id) => {
      transfer.imports.cancel(id)
      return null
    },
    recoveryStatus: async () => recovery.status(),
    createRecoveryKey: () => recovery.create(),
    removeRecoveryKey: () => recovery.remove()
  }
  return {
    handlers,
    noteChange: () => recovery.noteChange(),
    close: async () => {
      transfer.imports.close()
      await recovery.close().catch(() => undefined)
    }
  }
}

/** Null: the person closed the dialog. Throws INVALID_REQUEST for an old file that the doctor does not know. */
async function textOf(
  source: ImportSource,
  dialogs: VaultDialogs,
  readFile: (path: string) => Promise<ImportText>
): Promise<ImportText | null> {
  switch (source.kind) {
    case 'text':
      return { text: new Secret(source.text), fileName: null, path: null, file: null }
    case 'file': {
      const path = await dialogs.chooseFileToOpen()
      return path === null ? null : await readFile(path)
    }
    case 'old-file':
      return await readFile(await knownOldFile(source.path))
  }
}

/** A page may name no file but those that were looked for by the names of other tools. */
async function knownOldFile(path: string): Promise<string> {
  const { llxprt, kstlib } = await findOldFiles(homedir())
  if (![...llxprt, ...kstlib].includes(path)) {
    throw new VaultError('INVALID_REQUEST', { message: 'There is no such file any more.' })
  }
  return join(homedir(), path.slice(1))
}

function shownPath(path: string): string {
  const home = homedir()
  return path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path
}

function suggestedName(now: Date): string {
  return `latchkey-${now.toISOString().slice(0, 10)}.latchkey.age`
}
