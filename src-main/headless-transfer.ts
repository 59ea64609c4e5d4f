import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { is } from 'valibot'
import { credentialKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { readPreferences } from '#shared/preferences.ts'
import {
  exportPassphrase,
  type ExportReport,
  type ImportPreview,
  type ImportReport,
  type ImportRequest
} from '#shared/transfer.ts'
import { type Config, homeLayout, readConfig } from './config.ts'
import type { Clock } from './core/ports.ts'
import { Secret } from './core/secret.ts'
import { openCatalog } from './storage/catalog.ts'
import { StoredCredentialRepository } from './storage/credential-repository.ts'
import { isCatalogInUse } from './storage/doctor-catalog.ts'
import { forkHelper } from './storage/helper-process.ts'
import { helperKeytarLoader } from './storage/keychain-client.ts'
import { StoreLock } from './storage/store-lock.ts'
import { openSettledStore } from './vault-stores.ts'
import { createTransfer } from './vault-transfer.ts'

/** Export and import without a window. `close` ends the keychain helper and the catalog. */
export type HeadlessTransfer = {
  /** Throws INVALID_REQUEST for a short passphrase or a file that is there already, else as the window's export. */
  readonly exportTo: (path: string, passphrase: string) => Promise<ExportReport>
  readonly preview: (path: string) => Promise<ImportPreview>
  readonly open: (id: string, secret: string) => Promise<ImportPreview>
  readonly run: (request: ImportRequest) => Promise<ImportReport>
  readonly close: () => Promise<void>
}

/** The process ends with the command, so an alarm must not keep it alive. */
const clock: Clock = {
  now: () => new Date(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms).unref()
    return () => clearTimeout(timer)
  }
}
const warn = (sentence: string): void => void process.stderr.write(`latchkey: ${sentence}\n`)

/**
 * Opens the home of the settings for one export or import. Throws INVALID_REQUEST while Latchkey is open on it: two
 * processes would show two lists, and a sign-in that one of them renews would be exported too old by the other.
 */
export async function openHeadlessTransfer(
  version: string,
  config: Config = readConfig()
): Promise<HeadlessTransfer> {
  const { catalog: path, locks } = homeLayout(config.home)
  if (existsSync(path) && isCatalogInUse(path)) {
    throw new VaultError('INVALID_REQUEST', {
      message: 'Latchkey is open. Export and import in its window, or quit it and run this again.'
    })
  }
  const catalog = await openCatalog(path)
  const preferences = { get: () => readPreferences(catalog.preference('preferences')) }
  const keychain = helperKeytarLoader(
    // Beside this module, as source under Node's type stripping.
    forkHelper(fileURLToPath(new URL('storage/keychain-helper.ts', import.meta.url)))
  )
  const store = await openSettledStore({ config, clock, keychain, warn }, { catalog, preferences })
  const repository = new StoredCredentialRepository({ store, catalog, clock, warn })
  await repository.recover()
  const lock = new StoreLock({ dir: locks })
  const transfer = createTransfer({
    config,
    clock,
    newId: randomUUID,
    version,
    repository,
    tokens: {
      current: (ref) => repository.load(ref),
      exclusively: (ref, task) => lock.exclusive(credentialKey(ref), task)
    },
    onImported: () => undefined
  })
  return {
    exportTo: async (file, passphrase) => {
      if (!is(exportPassphrase, passphrase)) throw refused('The passphrase must have 12 to 1024 characters.')
      if (existsSync(file)) throw refused('There is such a file already. Choose another name.')
      return await transfer.exportTo(file, new Secret(passphrase))
    },
    preview: async (file) => await transfer.imports.preview(await transfer.readFile(file)),
    open: (id, secret) => transfer.imports.open(id, new Secret(secret)),
    run: (request) => transfer.imports.run(request),
    close: async () => {
      transfer.imports.close()
      await repository.close()
    }
  }
}

function refused(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}
