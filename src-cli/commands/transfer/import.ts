import { resolve } from 'node:path'
import { VaultError } from '#shared/problem.ts'
import type { ImportPreview, ImportReport, ImportRequest } from '#shared/transfer.ts'
import { type Arguments, type Command, exitCodes, type Terminal } from '../../terminal/command.ts'
import { type Lockable, unlockFirst } from '../../terminal/lockable.ts'
import { importLines, type Rows } from './import-table.ts'

/** The opened import, as the composition root gives it. */
export type ImportHandle = Lockable & {
  readonly preview: (path: string) => Promise<ImportPreview>
  readonly previewText: (text: string) => Promise<ImportPreview>
  readonly open: (id: string, secret: string) => Promise<ImportPreview>
  readonly run: (request: ImportRequest) => Promise<ImportReport>
  readonly close: () => Promise<void>
}
export type ImportCommandPorts = Terminal & {
  /** Throws VaultError CONFIG_INVALID, and INVALID_REQUEST while the app is open. */
  readonly openTransfer: () => Promise<ImportHandle>
  /** Returns all of standard input. Throws INVALID_REQUEST if it is not text or is too long. */
  readonly readInput: () => Promise<string>
}

type Options = {
  readonly file: string
  readonly replace: boolean
  readonly dryRun: boolean
  readonly removePlaintext: boolean
  readonly json: boolean
  readonly allowedHosts: readonly string[]
}

/** The name that stands for standard input. */
const PIPE = '-'
const LOCKED = 'The store is locked, and its passphrase can’t come through the same pipe. Import a file.'
const SEALED =
  'A sealed export can’t come through a pipe, because Latchkey reads the passphrase from there. Import the file.'
const NO_FILE = 'A pipe has no file to remove the secrets from. Leave out --remove-plaintext.'
const TO_COMPARE = 'The store is locked: its passphrase is needed to compare the rows with the stored values.'

export const importCommand: Command<ImportCommandPorts> = {
  run: async (args, ports) => {
    const options = optionsOf(args)
    if (options.file === PIPE && options.removePlaintext) throw refused(NO_FILE)
    const transfer = await ports.openTransfer()
    try {
      const isLocked = await transfer.isLocked()
      if (isLocked && options.file === PIPE) throw refused(LOCKED)
      if (isLocked && options.dryRun) ports.writeError(`latchkey: ${TO_COMPARE}\n`)
      await unlockFirst(transfer, ports)
      const preview = await opened(transfer, options.file, ports)
      if (preview === null) return exitCodes.usage
      const report = options.dryRun ? null : await transfer.run(requestOf(preview, options))
      ports.write(
        options.json
          ? `${JSON.stringify({ preview, report }, null, 2)}\n`
          : importLines(preview, report, options.replace)
      )
      return exitCodeOf(preview, report)
    } finally {
      await transfer.close()
    }
  }
}

function optionsOf({ positionals: [file = ''], has, values }: Arguments): Options {
  return {
    file,
    replace: has('replace'),
    dryRun: has('dry-run'),
    removePlaintext: has('remove-plaintext'),
    json: has('json'),
    allowedHosts: values('allow-host').map((host) => host.toLowerCase())
  }
}

/** Null: no secret was given for a sealed file; a message says so. */
async function opened(
  transfer: ImportHandle,
  file: string,
  terminal: ImportCommandPorts
): Promise<Rows | null> {
  const isPiped = file === PIPE
  const preview = isPiped
    ? await transfer.previewText(await terminal.readInput())
    : await transfer.preview(resolve(file))
  if (preview.kind === 'rows') return preview
  if (isPiped) throw refused(SEALED)
  const secret = await terminal.askSecret('Passphrase or recovery key of the file: ')
  if (secret === null) {
    terminal.writeError('latchkey: No passphrase was given.\n')
    return null
  }
  const rows = await transfer.open(preview.id, secret)
  return rows.kind === 'rows' ? rows : null
}

function refused(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}

function requestOf({ id, rows }: Rows, { replace, removePlaintext, allowedHosts }: Options): ImportRequest {
  const chosen = rows.filter(({ state }) => state !== 'refused' && (state !== 'replaces' || replace))
  const hosts = chosen.flatMap(({ index, moreHosts = [] }) =>
    moreHosts.filter((host) => allowedHosts.includes(host)).map((host) => ({ index, host }))
  )
  return {
    id,
    rows: chosen.map(({ index }) => index),
    replace,
    ...(hosts.length > 0 && { hosts }),
    removePlaintext
  }
}

function exitCodeOf({ rows, leavesSecrets }: Rows, report: ImportReport | null): number {
  if (report?.rows.some(({ result }) => result === 'failed') === true) return exitCodes.failures
  const isComplete = !leavesSecrets && (report === null || report.rows.length === rows.length)
  const isAnyRefused = rows.some(({ state }) => state === 'refused')
  return isComplete && !isAnyRefused ? exitCodes.ok : exitCodes.warnings
}
