import type { ExportReport } from '#shared/transfer.ts'
import { type Config, readConfig } from '../config.ts'
import { Secret } from '../core/secret.ts'
import type { ExportOrder } from '../core/transfer/export-service.ts'
import { commandClock, commandPorts } from './command-ports.ts'
import { openReadOnlyHome } from '../home/read-only-home.ts'
import { createExport } from '../vault/transfer.ts'

/** Export out of a home in which no vault can be opened. `close` ends the keychain helper. */
export type ReadOnlyExport = {
  readonly isLocked: () => Promise<boolean>
  /** Throws VAULT_LOCKED if the passphrase is wrong. */
  readonly unlock: (passphrase: string) => Promise<void>
  /** Throws as `exportToNew`. */
  readonly exportTo: (
    order: Omit<ExportOrder, 'passphrase'> & { readonly passphrase: string }
  ) => Promise<ExportReport>
  readonly close: () => Promise<void>
}

/** Opens a home that can’t be written. Throws as `openReadOnlyHome`. */
export async function openReadOnlyExport(
  version: string,
  config: Config = readConfig()
): Promise<ReadOnlyExport> {
  const { list, current, isLocked, unlock, close } = await openReadOnlyHome(commandPorts(config))
  const { exportToNew } = createExport({ clock: commandClock, version, repository: { list }, current })
  return {
    isLocked,
    unlock: async (passphrase) => await unlock(new Secret(passphrase)),
    exportTo: (order) => exportToNew({ ...order, passphrase: new Secret(order.passphrase) }),
    close
  }
}
