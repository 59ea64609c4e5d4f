import { cleanText } from '#shared/shown-text.ts'
import { type Peer, unknownPeer } from './client.ts'

/**
 * What a row tells. `intent`: a use is about to begin. `outcome`: how the use of an intent ended. `refused`:
 * nothing was sent. `event`: anything else, such as a pairing. `checkpoint`: the oldest rows were removed.
 */
export type AuditKind = 'intent' | 'outcome' | 'refused' | 'event' | 'checkpoint'

/** A row of the audit log. It has no field for a query, a header or a body. */
export type AuditRow = {
  /** 1, 2, 3 … without gaps. */
  readonly seq: number
  readonly at: Date
  readonly kind: AuditKind
  /** Of an outcome: `seq` of its intent. Of a checkpoint: `seq` of the last removed row. Else null. */
  readonly of: number | null
  /** Id of the client, or `terminal`. */
  readonly client: string
  readonly clientName: string
  readonly peer: Peer
  /** `credentialKey(ref)`. Null: the row is about no credential. */
  readonly credential: string | null
  /** `use`, `reveal`, `approve`, `revoke`, `pair`, `store`, `delete`, `tool`, `start` … */
  readonly action: string
  readonly method: string | null
  /** Host and port, as `api.example.net:443`. */
  readonly host: string | null
  readonly path: string | null
  /** Status of the answer. Null: there was none. */
  readonly status: number | null
  /** A `ProblemCode` or a short reason of ours. Of a checkpoint: the hash of the last removed row. */
  readonly code: string | null
  /** Reason that the client gave. */
  readonly reason: string | null
  /** Number of echoes of the secret that were removed from the answer. */
  readonly redacted: number | null
  /** Length of the answer's body in bytes. */
  readonly bytes: number | null
}

/** A row before the log has given it number and time. */
export type UnnumberedRow = Omit<AuditRow, 'seq' | 'at'>
/** A row that a caller may add; the log writes the checkpoints itself. */
export type NewAuditRow = UnnumberedRow & { readonly kind: Exclude<AuditKind, 'checkpoint'> }

/** Rows to list, newest first. Null: of every credential, client, action, kind or time. */
export type AuditFilter = {
  readonly limit: number
  /** `credentialKey(ref)`. */
  readonly credential: string | null
  readonly client: string | null
  readonly action: string | null
  readonly kind: AuditKind | null
  /** Rows at this time or later. */
  readonly since: Date | null
}

/** The audit log as the rules of a use see it; `storage/audit` keeps it. */
export type AuditTrail = {
  /**
   * Adds a row and returns its `seq`; the row survives the end of this process. Throws STORE_WRITE_FAILED;
   * nothing is then written, and the caller must not use the secret.
   */
  append(row: NewAuditRow): number
  /** Returns the intents that were without an outcome at the opening and still are, oldest first. */
  openIntents(): readonly number[]
  /** Leaves out rows that can't be read or were not written with the key. Throws CREDENTIAL_UNREADABLE. */
  list(filter: AuditFilter): readonly AuditRow[]
  /**
   * Returns how many requests of this client, given by its id, have a row of intent at this time or later. A log
   * that has lost its oldest rows counts those that it still has. Throws as `list`.
   */
  usesSince(client: string, since: Date): number
  /** Null: there is no such row, or `list` leaves it out. `outcome` null: it has none. Throws as `list`. */
  find(seq: number): { readonly row: AuditRow; readonly outcome: AuditRow | null } | null
}

/** Returns the row that carries the chain on after the oldest rows, up to this one, were removed. */
export function checkpoint(removed: { readonly seq: number; readonly hash: string }): UnnumberedRow {
  return {
    kind: 'checkpoint',
    of: removed.seq,
    client: 'latchkey',
    clientName: 'Latchkey',
    peer: unknownPeer,
    credential: null,
    action: 'remove-oldest',
    method: null,
    host: null,
    path: null,
    status: null,
    code: removed.hash,
    reason: null,
    redacted: null,
    bytes: null
  }
}

const FORMAT = 1
const MARK = '\uFFFD'

/**
 * Most UTF-16 code units of each text. The longest `credentialKey` has 507; the hash in the `code` of a
 * checkpoint has 64.
 */
const longest = {
  client: 100,
  clientName: 60,
  program: 256,
  credential: 512,
  action: 40,
  method: 20,
  host: 260,
  path: 512,
  code: 64,
  reason: 200
} as const

/** Returns the text as the log keeps it in this field: cut to its length, then cleaned by `cleanText`. */
export function cleanField<T extends string | null>(field: keyof typeof longest, text: T): T
export function cleanField(field: keyof typeof longest, text: string | null): string | null {
  // Half a character at the cut is a lone surrogate, which the cleaning replaces.
  return text === null ? null : cleanText(text.slice(0, longest[field]), MARK)
}

/** Null: there is no number, or it is not whole. */
function whole(number: number | null): number | null {
  return Number.isSafeInteger(number) ? number : null
}

/**
 * Returns the row with each text cut and cleaned; called once, before the row is written. A query or a
 * fragment that a caller left in the path is removed, and a number that is not whole becomes null.
 */
export function cleaned(row: AuditRow): AuditRow {
  return {
    ...row,
    of: whole(row.of),
    client: cleanField('client', row.client),
    clientName: cleanField('clientName', row.clientName),
    peer: {
      uid: whole(row.peer.uid),
      pid: whole(row.peer.pid),
      program: cleanField('program', row.peer.program)
    },
    credential: cleanField('credential', row.credential),
    action: cleanField('action', row.action),
    method: cleanField('method', row.method),
    host: cleanField('host', row.host),
    path: cleanField('path', row.path?.replace(/[?#].*$/s, '') ?? null),
    status: whole(row.status),
    code: cleanField('code', row.code),
    reason: cleanField('reason', row.reason),
    redacted: whole(row.redacted),
    bytes: whole(row.bytes)
  }
}

/**
 * Returns the canonical text of a row: JSON without spaces, its names in this order, with the version of the
 * format. `previous` is the hash of the row before it. Throws RangeError for an invalid `at`.
 */
export function auditText(row: AuditRow, previous: string): string {
  const { seq, kind, of, client, clientName, peer, credential, action } = row
  const { method, host, path, status, code, reason, redacted, bytes } = row
  const from = { client, clientName, peer: { uid: peer.uid, pid: peer.pid, program: peer.program } }
  const what = { credential, action, method, host, path }
  const answer = { status, code, reason, redacted, bytes }
  const at = row.at.toISOString()
  return JSON.stringify({ format: FORMAT, previous, seq, at, kind, of, ...from, ...what, ...answer })
}

/** The reverse of `auditText`. Null: the text is not the canonical text of a row. */
export function auditRowFrom(text: string): { readonly row: AuditRow; readonly previous: string } | null {
  try {
    const { format: _format, previous, at, ...rest } = JSON.parse(text) as Stored
    const row = { ...rest, at: new Date(at) }
    // Whatever has other names, another order or another format does not give the same text again.
    return isWellTyped(row) && auditText(row, previous) === text ? { row, previous } : null
  } catch {
    return null
  }
}

type Stored = Omit<AuditRow, 'at'> & {
  readonly format: number
  readonly previous: string
  readonly at: string
}

const kinds: ReadonlySet<unknown> = new Set<AuditKind>([
  'intent',
  'outcome',
  'refused',
  'event',
  'checkpoint'
])

function isWellTyped({ kind, client, clientName, peer, action, ...row }: AuditRow): boolean {
  const texts = [peer.program, row.credential, row.method, row.host, row.path, row.code, row.reason]
  const numbers = [row.of, peer.uid, peer.pid, row.status, row.redacted, row.bytes]
  return (
    kinds.has(kind) &&
    Number.isSafeInteger(row.seq) &&
    [client, clientName, action].every((text) => typeof text === 'string') &&
    texts.every((text) => text === null || typeof text === 'string') &&
    numbers.every((number) => number === null || Number.isSafeInteger(number))
  )
}
