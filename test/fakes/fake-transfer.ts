import type { TransferRequestPorts, VaultDialogs } from '../../src-main/core/requests/transfer-requests.ts'
import { type CredentialSummary, credentialKey } from '#shared/credential.ts'
import type { ApiKeyRequest } from '#shared/ipc.ts'
import { VaultError } from '#shared/problem.ts'
import { Secret } from '../../src-main/core/secret.ts'
import type { ImportText } from '../../src-main/core/transfer/transfer-ports.ts'
import type { ImportPreview, ImportRequest, ImportRow, RecoveryStatus } from '#shared/transfer.ts'
import { readFakeEntries } from './fake-import-text.ts'

/** The file that the person chooses in the next dialog of the system. */
export type FakeFile = {
  readonly path: string
  readonly text: string
  /** Secret that opens an export. Null: the file is in the clear. */
  readonly sealedWith: string | null
  /** Rows that are shown and can not be stored, with the reason. */
  readonly failing: Readonly<Record<number, string>>
  /** Hosts to which the key of a row may be sent, and hosts that only the file names. Absent: none. */
  readonly places?: Readonly<Record<number, Pick<ImportRow, 'hosts' | 'moreHosts'>>>
}

export type FakeTransfer = {
  /** Null: the person closes the next dialog of the system. */
  readonly setNextFile: (file: FakeFile | null) => void
  readonly setRecovery: (status: RecoveryStatus) => void
  /** Imports that `previewImport` read and that are not ended yet. */
  readonly waiting: () => readonly string[]
}

type Ports = {
  readonly find: (id: string) => CredentialSummary | null
  readonly all: () => readonly CredentialSummary[]
  readonly store: (key: ApiKeyRequest) => void
}

type Read = {
  readonly file: FakeFile
  readonly source: 'file' | 'text'
  rows: ImportRow[]
  keys: ApiKeyRequest[]
}

const noFile: FakeFile = { path: '~/keys.env', text: '', sealedWith: null, failing: {} }
const wrongSecret = 'That passphrase or recovery key does not open this file.'

/**
 * Export, import and recovery in memory: it reads for real, and keeps values until they are imported or the
 * import is ended.
 */
export function fakeTransfer(ports: Ports): {
  readonly transfer: TransferRequestPorts['transfer']
  readonly dialogs: VaultDialogs
  readonly control: FakeTransfer
} {
  const reads = new Map<string, Read>()
  let count = 0
  let recovery: RecoveryStatus = { kind: 'off' }
  let next: FakeFile | null | undefined
  /** The file of the last dialog, for the read that follows. */
  let chosen = noFile

  function nextFile(): FakeFile | null {
    const file = next === undefined ? noFile : next
    next = undefined
    return file
  }
  function take(id: string): Read {
    const read = reads.get(id)
    if (read === undefined) throw new VaultError('INVALID_REQUEST')
    return read
  }
  function begin(file: FakeFile, source: Read['source']): ImportPreview {
    count += 1
    const id = `import-${count}`
    reads.set(id, { file, source, rows: [], keys: [] })
    const path = source === 'text' ? null : file.path
    return file.sealedWith === null ? open(id) : { kind: 'sealed', id, path }
  }
  function open(id: string): ImportPreview {
    const read = take(id)
    const { format, entries, skipped } = readFakeEntries(read.file.text)
    if (entries.length === 0 && skipped.length === 0) {
      reads.delete(id)
      throw new VaultError('INVALID_REQUEST', { message: 'There is nothing in it that Latchkey can read.' })
    }
    read.keys = entries
    const places = read.file.places ?? {}
    read.rows = entries.map((key, index) => ({
      ...previewRow(key, index, ports.find(credentialKey(key))),
      ...places[index]
    }))
    const sealed = read.file.sealedWith !== null
    const path = read.source === 'text' ? null : read.file.path
    const { rows } = read
    const isComplete = rows.length > 0 && rows.every(({ state }) => state !== 'refused')
    const removable = path !== null && !sealed && isComplete
    return {
      kind: 'rows',
      id,
      format: sealed ? 'latchkey' : format,
      path,
      rows,
      skipped,
      leavesSecrets: false,
      removable
    }
  }
  function run(request: ImportRequest) {
    const read = take(request.id)
    reads.delete(request.id)
    const rows = request.rows.map((index) => ({ index, ...storeRow(read, index, request.replace, ports) }))
    const isComplete = read.rows.every(
      ({ index, state }) =>
        state === 'same' || rows.some((row) => row.index === index && row.result !== 'failed')
    )
    const hasPlaintext = read.source !== 'text' && read.file.sealedWith === null
    const removed = request.removePlaintext && isComplete
    const plaintext = hasPlaintext ? (removed ? 'removed' : 'kept') : 'none'
    return {
      rows,
      imported: rows.filter(({ result }) => result === 'imported').length,
      plaintext
    } as const
  }

  function choose(): string | null {
    const file = nextFile()
    if (file === null) return null
    chosen = file
    return file.path
  }
  const readFile = async (path: string, file: FakeFile = chosen): Promise<ImportText> => {
    chosen = { ...file, path }
    return { text: new Secret(file.text), fileName: null, path, file: null }
  }
  return {
    transfer: {
      exportTo: async ({ path }) => {
        const broken = ports.all().filter(({ status }) => status.kind === 'unreadable')
        const missing = broken.map(({ name, account }) => `${name} · ${account}`)
        return { path, exported: ports.all().length - broken.length, missing }
      },
      imports: {
        preview: async ({ text, path }) => {
          if (path === null) return begin({ ...noFile, text: text.expose((plain) => plain) }, 'text')
          return begin(chosen, 'file')
        },
        open: async (id, secret) => {
          if (take(id).file.sealedWith !== secret.expose((text) => text)) {
            throw new VaultError('INVALID_REQUEST', { message: wrongSecret })
          }
          return open(id)
        },
        run: async (request) => run(request),
        cancel: (id) => void reads.delete(id)
      },
      readFile: (path) => readFile(path),
      readOldFile: (path) => readFile(path, nextFile() ?? noFile),
      recovery: {
        status: () => recovery,
        create: async () => {
          if (nextFile() === null) return null
          const now = new Date().toISOString()
          recovery = { kind: 'on', createdAt: now, copiedAt: now, path: '~/latchkey-recovery', problem: null }
          return recovery
        },
        remove: async () => {
          recovery = { kind: 'off' }
          return recovery
        }
      }
    },
    dialogs: {
      chooseFileToOpen: async () => choose(),
      chooseFileToSave: async () => {
        const path = choose()
        return path === noFile.path ? '~/latchkey-2026-11-21.latchkey' : path
      },
      showRecoveryKey: () => Promise.resolve(true),
      confirmWish: null
    },
    control: {
      setNextFile: (file) => {
        next = file
      },
      setRecovery: (status) => {
        recovery = status
      },
      waiting: () => [...reads.keys()]
    }
  }
}

function previewRow(key: ApiKeyRequest, index: number, stored: CredentialSummary | null): ImportRow {
  const { service, account, name } = key
  const masked = maskOf(key.key)
  const row = { index, service, account, name, kind: 'api-key', masked } as const
  if (key.key === '') return { ...row, masked: '', state: 'refused', note: 'It has no value.' }
  if (stored === null) return { ...row, state: 'new', note: null }
  if (stored.kind !== 'api-key') {
    return { ...row, state: 'refused', note: 'There is a sign-in with this service and account.' }
  }
  return stored.masked === masked
    ? { ...row, state: 'same', note: null }
    : { ...row, state: 'replaces', note: `Another value, ${stored.masked}, is stored.` }
}

function maskOf(key: string): string {
  return `${key.slice(0, 2)}••••••••${key.slice(-2)}`
}

function storeRow(read: Read, index: number, replace: boolean, ports: Ports) {
  const key = read.keys[index]
  const row = read.rows[index]
  if (key === undefined || row === undefined) throw new VaultError('INVALID_REQUEST')
  const failure = read.file.failing[index]
  if (failure !== undefined) return { result: 'failed', note: failure } as const
  if (row.state === 'same') return { result: 'unchanged', note: null } as const
  if (row.state === 'refused') return { result: 'failed', note: row.note } as const
  if (row.state === 'replaces' && !replace) {
    return { result: 'failed', note: 'Another value is stored.' } as const
  }
  ports.store({ ...key, replace: true })
  return { result: 'imported', note: null } as const
}
