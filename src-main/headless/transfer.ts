import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { is } from 'valibot'
import { VaultError } from '#shared/problem.ts'
import {
  exportPassphrase,
  type ExportReport,
  type ImportPreview,
  type ImportReport,
  type ImportRequest
} from '#shared/transfer.ts'
import { type Config, readConfig } from '../config.ts'
import { Secret } from '../core/secret.ts'
import { openClosedHome } from '../home/closed-home.ts'
import type { Lockable } from '../home/open-home.ts'
import { isReadOnly, openReadOnlyHome } from '../home/read-only-home.ts'
import { createExport, createTransfer } from '../vault/transfer.ts'
import { commandClock, commandPorts } from './command-ports.ts'

/** Export and import without a window. `close` ends the keychain helper and closes the catalog. */
export type HeadlessTransfer = Lockable & {
  /** Throws INVALID_REQUEST for a short passphrase or an existing file, else as the window's export. */
  readonly exportTo: (path: string, passphrase: string) => Promise<ExportReport>
  readonly preview: (path: string) => Promise<ImportPreview>
  readonly previewText: (text: string) => Promise<ImportPreview>
  readonly open: (id: string, secret: string) => Promise<ImportPreview>
  readonly run: (request: ImportRequest) => Promise<ImportReport>
  readonly close: () => Promise<void>
}

/** Opens the home of the settings for one export or import. Throws INVALID_REQUEST while Latchkey is open on it. */
export async function openHeadlessTransfer(
  version: string,
  config: Config = readConfig()
): Promise<HeadlessTransfer> {
  if (isReadOnly(config.home)) return await openReadOnlyTransfer(version, config)
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
    exportTo: (file, passphrase) => exportWith(transfer, file, passphrase),
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

/** The transfer of a home that can not be written: it allows export and refuses import. */
async function openReadOnlyTransfer(version: string, config: Config): Promise<HeadlessTransfer> {
  const { list, current, isLocked, unlock, close } = await openReadOnlyHome(commandPorts(config))
  const transfer = createExport({ clock: commandClock, version, repository: { list }, current })
  const takesNone = (): Promise<never> =>
    Promise.reject(refused('This data folder can not be written, so nothing can be imported into it.'))
  return {
    isLocked,
    unlock,
    exportTo: (file, passphrase) => exportWith(transfer, file, passphrase),
    preview: takesNone,
    previewText: takesNone,
    open: takesNone,
    run: takesNone,
    close
  }
}

async function exportWith(
  { exportTo }: Pick<ReturnType<typeof createExport>, 'exportTo'>,
  file: string,
  passphrase: string
): Promise<ExportReport> {
  if (!is(exportPassphrase, passphrase)) throw refused('The passphrase must have 12 to 1024 characters.')
  if (existsSync(file)) throw refused('This file already exists. Choose another name.')
  return await untilInterrupted((stop) => exportTo({ path: file, passphrase: new Secret(passphrase), stop }))
}

/** Runs `work`, which undoes what it began on SIGINT or SIGTERM; the process then ends by that signal. */
async function untilInterrupted<T>(work: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const signals = ['SIGINT', 'SIGTERM'] as const
  const listeners = signals.map((name) => [name, () => stop.abort(name)] as const)
  for (const [name, listener] of listeners) process.on(name, listener)
  try {
    return await work(stop.signal)
  } finally {
    for (const [name, listener] of listeners) process.off(name, listener)
    if (stop.signal.aborted) process.kill(process.pid, stop.signal.reason as NodeJS.Signals)
  }
}

function refused(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}
