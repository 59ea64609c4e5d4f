import type { TransferHandlers } from '../../src-main/core/requests/transfer-requests.ts'
import { type CredentialSummary, credentialKey } from '#shared/credential.ts'
import type { ApiKeyRequest } from '#shared/ipc.ts'
import { VaultError } from '#shared/problem.ts'
import type { ImportPreview, ImportRequest, ImportRow, RecoveryStatus } from '#shared/transfer.ts'
import { readFakeEntries } from './fake-import-text.ts'

/** What the person chooses in the next dialog of the system. */
export type FakeFile = {
  readonly path: string
  readonly text: string
  /** An export: what opens it; null: the file is in the clear. */
  readonly sealedWith: string | null
  /** Rows that can be seen and not be stored, with the reason. */
  readonly failing: Readonly<Record<number, string>>
  /** Where the key of a row may be sent, and hosts that only the file names; none if left out. */
  readonly places?: Readonly<Record<number, Pick<ImportRow, 'hosts' | 'moreHosts'>>>
}

export type FakeTransfer = {
  /** Null: the person closes the next dialog of the system. */
  readonly setNextFile: (file: FakeFile | null) => void
  readonly setRecovery: (status: RecoveryStatus) => void
  /** What `previewImport` read and nobody ended yet. */
  readonly waiting: () => readonly string[]
}

type Ports = {
  readonly find: (id: string) => CredentialSummary | null
  readonly all: () => readonly CredentialSummary[]
  readonly store: (key: ApiKeyRequest) => void
}

type Read = {
  readonly file: FakeFile
  readonly source: 'file' | 'text' | 'old-file'
  rows: ImportRow[]
  keys: ApiKeyRequest[]
}

const noFile: FakeFile = { path: '~/keys.env', text: '', sealedWith: null, failing: {} }
const wrongSecret = 'That passphrase or recovery key does not open this file.'

/** Export, import and recovery in memory: it reads for real, and keeps values until they are asked for or ended. */
export function createFakeTransfer(ports: Ports): {
  readonly handlers: TransferHandlers
  readonly control: FakeTransfer
} {
  const reads = new Map<string, Read>()
  let count = 0
  let recovery: RecoveryStatus = { kind: 'off' }
  let next: FakeFile | null | undefined

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

  const handlers: TransferHandlers = {
    exportVault: async () => {
      const file = nextFile()
      if (file === null) return null
      const broken = ports.all().filter(({ status }) => status.kind === 'unreadable')
      const path = file === noFile ? '~/latchkey-2026-11-21.latchkey' : file.path
      const missing = broken.map(({ name, account }) => `${name} · ${account}`)
      return { path, exported: ports.all().length - broken.length, missing }
    },
    previewImport: async (source) => {
      if (source.kind === 'text') return begin({ ...noFile, text: source.text }, 'text')
      const file = nextFile()
      if (file === null) return null
      return begin(source.kind === 'old-file' ? { ...file, path: source.path } : file, source.kind)
    },
    openImport: async ({ id, secret }) => {
      if (take(id).file.sealedWith !== secret) {
        throw new VaultError('INVALID_REQUEST', { message: wrongSecret })
      }
      return open(id)
    },
    runImport: async (request) => run(request),
    cancelImport: async (id) => {
      reads.delete(id)
      return null
    },
    recoveryStatus: async () => recovery,
    createRecoveryKey: async () => {
      if (nextFile() === null) return null
      const now = new Date().toISOString()
      recovery = { kind: 'on', createdAt: now, copiedAt: now, path: '~/latchkey-recovery', problem: null }
      return recovery
    },
    removeRecoveryKey: async () => {
      recovery = { kind: 'off' }
      return recovery
    }
  }
  return {
    handlers,
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
