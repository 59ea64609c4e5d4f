import { randomUUID } from 'node:crypto'
import { VaultError } from '#shared/problem.ts'
import type { ImportPreview, ImportReport, ImportRequest } from '#shared/transfer.ts'
import { type Config, readConfig } from '../config.ts'
import { Secret } from '../core/secret.ts'
import { openClosedHome } from '../home/closed-home.ts'
import type { Lockable } from '../home/open-home.ts'
import { isReadOnly } from '../home/home-folder.ts'
import { createTransfer } from '../vault/transfer.ts'
import { commandClock, commandPorts } from './command-ports.ts'

/** Import without a window. `close` ends the keychain helper and closes the catalog. */
export type HeadlessTransfer = Lockable & {
  readonly preview: (path: string) => Promise<ImportPreview>
  readonly previewText: (text: string) => Promise<ImportPreview>
  readonly open: (id: string, secret: string) => Promise<ImportPreview>
  readonly run: (request: ImportRequest) => Promise<ImportReport>
  readonly close: () => Promise<void>
}

/** Opens the home of the settings for one import. Throws INVALID_REQUEST while Latchkey is open on it. */
export async function openHeadlessTransfer(
  version: string,
  config: Config = readConfig()
): Promise<HeadlessTransfer> {
  if (isReadOnly(config.home)) {
    throw refused('This data folder can not be written, so nothing can be imported into it.')
  }
  const home = await openClosedHome(
    commandPorts(config),
    'Latchkey is open. Export and import in its window, or quit it and run this again.'
  )
  const transfer = createTransfer({
    config,
    clock: commandClock,
    newId: randomUUID,
    version,
    repository: home.repository,
    tokens: home.tokens,
    onImported: () => undefined
  })
  return {
    isLocked: home.isLocked,
    unlock: home.unlock,
    preview: async (file) => await transfer.imports.preview(await transfer.readFile(file)),
    previewText: (text) =>
      transfer.imports.preview({ text: new Secret(text), fileName: null, path: null, file: null }),
    open: (id, secret) => transfer.imports.open(id, new Secret(secret)),
    run: (request) => transfer.imports.run(request),
    close: async () => {
      transfer.imports.close()
      await home.close()
    }
  }
}

function refused(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}
