import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import type { AuditReportView } from '#shared/broker/audit.ts'
import { VaultError } from '#shared/problem.ts'
import type { ActivityLog } from '../core/requests/activity-requests.ts'
import type { AuditPort } from '../core/use/use-ports.ts'
import type { UsesSince } from '../core/use/budgets.ts'
import type { NewAuditRow } from '../core/use/audit-row.ts'
import type { Clock } from '../core/ports.ts'
import { acceptanceRow } from '../storage/audit/acceptance.ts'
import { type AuditHead, type AuditReport, headFrom, headText } from '../storage/audit/audit-head.ts'
import { type AuditLog, openAuditLog } from '../storage/audit/audit-log.ts'
import { unknownPeer } from '../core/use/client.ts'

type Options = {
  /** Throws KEYCHAIN_*, VAULT_LOCKED. */
  readonly key: () => Promise<Uint8Array>
  readonly clock: Clock
  /** The second place of the newest row, outside the file of the log. Null: nothing is there yet. */
  readonly anchor: {
    readonly read: () => Promise<string | null>
    readonly write: (line: string) => Promise<void>
  }
  /** A row of this number was written. */
  readonly onAppended: (seq: number) => void
}

type VaultAudit = AuditPort &
  ActivityLog & {
    readonly usesSince: UsesSince
    readonly accept: () => Promise<AuditReportView>
    readonly close: () => Promise<void>
  }

/** Longest time in milliseconds in which a new row is not yet in the second place. */
const ANCHOR_MS = 10_000

/**
 * The log, opened at its first use: before that, the store is not asked for its key. Its newest row is noted in
 * the store some seconds after it was written, and at the end. A log that lacks the noted row, or has another in
 * its place, is not noted: the former note is what shows it.
 */
export function lazyAudit(path: string, { key, clock, anchor, onAppended }: Options): VaultAudit {
  let opened: AuditLog | null = null
  let opening: Promise<AuditLog> | null = null
  let cancelNote: (() => void) | null = null
  /** Whether the former note fits the log. Null: they were not compared yet; once is enough for a process. */
  let isVouchedFor: boolean | null = null
  const open = async (): Promise<AuditLog> => {
    if (opened !== null) return opened
    opening ??= key().then((bytes) => openAuditLog(path, { key: bytes, now: () => clock.now() }))
    try {
      opened = await opening
      return opened
    } finally {
      opening = null
    }
  }
  const noteHead = async (): Promise<void> => {
    cancelNote?.()
    cancelNote = null
    if (opened === null) return
    try {
      isVouchedFor ??= fitsNote(opened, await anchor.read())
      if (isVouchedFor) await anchor.write(headText(opened.head()))
    } catch {
      // A store that is locked keeps the former note, which vouches for fewer rows.
    }
  }
  const append = async (row: NewAuditRow): Promise<number> => {
    const seq = (opened ?? (await open())).append(row)
    cancelNote ??= clock.after(ANCHOR_MS, () => void noteHead())
    onAppended(seq)
    return seq
  }
  const verify = async (line: string | null): Promise<AuditReportView> => {
    const log = await open()
    const kept = line ?? (await anchor.read())
    const report = log.verify(kept === null ? null : anchorFrom(kept))
    return { ...viewOf(report), head: headText(log.head()) }
  }
  /** A file that is no log is put aside, so that a log can begin again; its rows are missing then. */
  const openOrSetAside = async (): Promise<AuditLog> => {
    try {
      return await open()
    } catch (error) {
      if (!(error instanceof VaultError) || error.code !== 'CREDENTIAL_UNREADABLE') throw error
      const aside = `${path}.unreadable-${clock.now().toISOString().replaceAll(/\D/g, '').slice(0, 14)}`
      for (const end of ['', '-wal', '-shm']) await rename(path + end, aside + end).catch(() => undefined)
      return await open()
    }
  }
  // A window looks often: a vault that was never used has no log, and is not given one for that.
  const toRead = async (): Promise<AuditLog | null> =>
    opened === null && !existsSync(path) ? null : await open()
  return {
    append,
    list: async (filter) => (await toRead())?.list(filter) ?? [],
    usesSince: async (client, since) => (await toRead())?.usesSince(client, since) ?? 0,
    find: async (seq) => (await toRead())?.find(seq) ?? null,
    verify,
    accept: async () => {
      const log = await openOrSetAside()
      const kept = await anchor.read()
      const { kind, ...where } = log.verify(kept === null ? null : headFrom(kept))
      if (kind === 'ok' || kind === 'not-anchored') throw nothingToAccept()
      const { seq } = where as { readonly seq: number }
      await append(acceptanceRow(seq, kind))
      isVouchedFor = true
      await noteHead()
      return await verify(null)
    },
    note: async (action, fields) => {
      await append({ ...nothing, action, ...fields })
    },
    close: async () => {
      if (cancelNote !== null) await noteHead()
      opened?.close()
    }
  }
}

function viewOf(report: AuditReport): Omit<AuditReportView, 'head'> {
  const { kind, soundTo, anchoredTo, accepted, ...where } = report
  const { seq = null, to = null, why = null } = where as Partial<Pick<AuditReportView, 'seq' | 'to' | 'why'>>
  const shown = accepted === undefined ? null : { ...accepted, at: accepted.at.toISOString() }
  return { kind, seq, to, why, soundTo, anchoredTo, accepted: shown }
}

function nothingToAccept(): VaultError {
  return new VaultError('INVALID_REQUEST', { message: 'The log is whole, so there is nothing to accept.' })
}

/** False: the log lacks the row that was noted, or has another one in its place. */
function fitsNote(log: AuditLog, noted: string | null): boolean {
  const head = noted === null ? null : headFrom(noted)
  return head === null || log.goesOnFrom(head)
}

const nothing = {
  kind: 'event',
  of: null,
  client: 'terminal',
  clientName: 'terminal',
  peer: unknownPeer,
  credential: null,
  method: null,
  host: null,
  path: null,
  status: null,
  code: null,
  reason: null,
  redacted: null,
  bytes: null
} as const

function anchorFrom(line: string): AuditHead {
  const anchor = headFrom(line.trim())
  if (anchor !== null) return anchor
  throw new VaultError('INVALID_REQUEST', {
    message: 'This is not an anchor of the audit log. It begins with “latchkey-audit 1”.'
  })
}
