import type { AuditReportView } from '#shared/broker/audit.ts'
import { VaultError } from '#shared/problem.ts'
import type { UseRequestPorts } from '../core/requests/use-requests.ts'
import type { AuditPort } from '../core/use/use-ports.ts'
import type { NewAuditRow } from '../core/use/audit-row.ts'
import { type AuditHead, headFrom, headText } from '../storage/audit/audit-head.ts'
import { type AuditLog, openAuditLog } from '../storage/audit/audit-log.ts'
import { unknownPeer } from '../core/use/client.ts'

type Options = {
  /** Throws KEYCHAIN_*, VAULT_LOCKED. */
  readonly key: () => Promise<Uint8Array>
  readonly now: () => Date
}

/** The log, opened at its first use: before that, the store is not asked for its key. */
export function lazyAudit(
  path: string,
  { key, now }: Options
): AuditPort & UseRequestPorts['audit'] & { readonly close: () => void } {
  let opened: AuditLog | null = null
  let opening: Promise<AuditLog> | null = null
  const open = async (): Promise<AuditLog> => {
    if (opened !== null) return opened
    opening ??= key().then((bytes) => openAuditLog(path, { key: bytes, now }))
    try {
      opened = await opening
      return opened
    } finally {
      opening = null
    }
  }
  const append = async (row: NewAuditRow): Promise<number> => (opened ?? (await open())).append(row)
  return {
    append,
    list: async (filter) => (await open()).list(filter),
    find: async (seq) => (await open()).find(seq),
    verify: async (line) => {
      const anchor = line === null ? null : anchorFrom(line)
      const log = await open()
      const { kind, soundTo, anchoredTo, ...where } = log.verify(anchor)
      const { seq = null, to = null } = where as { readonly seq?: number; readonly to?: number }
      return { kind, seq, to, soundTo, anchoredTo, head: headText(log.head()) } satisfies AuditReportView
    },
    note: async (action, fields) => {
      await append({ ...nothing, action, ...fields })
    },
    close: () => opened?.close()
  }
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
