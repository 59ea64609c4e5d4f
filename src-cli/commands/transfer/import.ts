import { resolve } from 'node:path'
import { VaultError } from '#shared/problem.ts'
import type { ImportReport, ImportRequest } from '#shared/transfer.ts'
import type { VaultConnection } from '../../../src-socket/vault-connection.ts'
import { ask } from '../../client/ask.ts'
import { storeLockOf } from '../../client/store-lock.ts'
import { type Arguments, type Command, exitCodes, type Terminal } from '../../terminal/command.ts'
import { unlock } from '../../terminal/lockable.ts'
import { withProgress } from '../../terminal/progress-line.ts'
import { importLines, type Rows } from './import-table.ts'

export type ImportCommandPorts = Terminal & {
  readonly openVault: () => Promise<VaultConnection>
  readonly isReadOnly: () => Promise<boolean>
  readonly readBytes: () => AsyncIterable<Uint8Array>
}

type Options = {
  readonly file: string
  readonly replace: boolean
  readonly dryRun: boolean
  readonly removePlaintext: boolean
  /** Null: the report is for people. */
  readonly json: Arguments['json'] | null
  readonly allowedHosts: readonly string[]
}

/** The name that stands for standard input. */
const PIPE = '-'
const LOCKED = 'The store is locked, and its passphrase can’t come through the same pipe. Import a file.'
const SEALED =
  'A sealed export can’t come through a pipe, because Latchkey reads the passphrase from there. Import the file.'
const NO_FILE = 'A pipe has no file to remove the secrets from. Leave out --remove-plaintext.'
const READ_ONLY = 'This data folder can’t be written, so nothing can be imported into it.'
const TO_COMPARE = 'The store is locked: its passphrase is needed to compare the rows with the stored values.'

export const importCommand: Command<ImportCommandPorts> = {
  run: async (args, ports) => {
    const options = optionsOf(args)
    if (options.file === PIPE && options.removePlaintext) throw refused(NO_FILE)
    if (await ports.isReadOnly()) throw refused(READ_ONLY)
    const vault = await ports.openVault()
    try {
      await unlocked(vault, options, ports)
      const preview = await opened(vault, options.file, ports)
      if (preview === null) return exitCodes.usage
      const report = options.dryRun
        ? null
        : await withProgress('Imported', ports, (told) =>
            ask(vault, 'runImport', [requestOf(preview, options)], told)
          )
      ports.write(
        options.json === null
          ? importLines(preview, report, options.replace)
          : options.json({ preview, report })
      )
      return exitCodeOf(preview, report)
    } finally {
      vault.close() // the vault forgets what it has read
      // An open standard input would keep this program alive.
      if (options.file === PIPE) process.stdin.destroy()
    }
  }
}

async function unlocked(
  vault: VaultConnection,
  { file, dryRun }: Options,
  ports: ImportCommandPorts
): Promise<void> {
  const lock = storeLockOf(vault)
  const isLocked = await lock.isLocked()
  if (isLocked && file === PIPE) throw refused(LOCKED)
  if (isLocked && dryRun) ports.writeError(`latchkey: ${TO_COMPARE}\n`)
  if (isLocked) await unlock(lock, ports)
}

function optionsOf({ positionals: [file = ''], has, json, values }: Arguments): Options {
  return {
    file,
    replace: has('replace'),
    dryRun: has('dry-run'),
    removePlaintext: has('remove-plaintext'),
    json: has('json') ? json : null,
    allowedHosts: values('allow-host').map((host) => host.toLowerCase())
  }
}

/** Null: no secret was given for a sealed file; a message says so. */
async function opened(vault: VaultConnection, file: string, ports: ImportCommandPorts): Promise<Rows | null> {
  const { askSecret, readBytes, writeError } = ports
  const isPiped = file === PIPE
  const preview = await withProgress('Compared', ports, (told) =>
    isPiped
      ? ask(vault, 'previewText', [], { ...told, body: readBytes() })
      : ask(vault, 'previewFile', [{ path: resolve(file) }], told)
  )
  if (preview.kind === 'rows') return preview
  if (isPiped) throw refused(SEALED)
  const secret = await askSecret('Passphrase or recovery key of the file: ')
  if (secret === null) {
    writeError('latchkey: No passphrase was given.\n')
    return null
  }
  const rows = await withProgress('Compared', ports, (told) =>
    ask(vault, 'openImport', [{ id: preview.id, secret }], told)
  )
  return rows.kind === 'rows' ? rows : null
}

function refused(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}

function requestOf({ id, rows }: Rows, { replace, removePlaintext, allowedHosts }: Options): ImportRequest {
  const chosen = rows.filter(({ state }) => state !== 'refused' && (state !== 'replaces' || replace))
  const named = new Set(chosen.flatMap(({ moreHosts = [] }) => moreHosts))
  // In every row at once: a tick for each row of a long file would be too long a request.
  const hosts = allowedHosts.filter((host) => named.has(host)).map((host) => ({ index: null, host }))
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
