import type { AuditRowView } from '#shared/broker/audit.ts'

/** How a use ended, or what a row that stands alone says. */
export type UseResult =
  | { readonly kind: 'answered'; readonly status: number }
  /** A relay was closed, or a value was given out. */
  | { readonly kind: 'done' }
  /** `code`: a ProblemCode or a short reason of the vault. */
  | { readonly kind: 'failed'; readonly code: string }
  /** Nothing was sent. */
  | { readonly kind: 'refused'; readonly code: string }
  /** It is under way, or the vault ended in the middle of it. */
  | { readonly kind: 'open' }
  /** The row is about no use, such as that of a pairing. */
  | { readonly kind: 'noted'; readonly code: string | null }

/** One line of the log: a use with its end, a refusal, or an event. */
export type LoggedUse = {
  /** Number of the row that it began with; it stays the same when the outcome is written. */
  readonly seq: number
  readonly row: AuditRowView
  /** Null: there is none, or `row` itself is one whose intent is no longer listed. */
  readonly outcome: AuditRowView | null
  readonly result: UseResult
}

/** Makes one line of each use. `rows` are the newest first, and so are the lines, by their beginning. */
export function usesOf(rows: readonly AuditRowView[]): readonly LoggedUse[] {
  const intents = new Set(rows.filter(({ kind }) => kind === 'intent').map(({ seq }) => seq))
  const outcomes = new Map(rows.filter(({ kind }) => kind === 'outcome').map((row) => [row.of, row] as const))
  return rows
    .filter(({ kind, of }) => kind !== 'outcome' || of === null || !intents.has(of))
    .map((row) => {
      const outcome = row.kind === 'intent' ? (outcomes.get(row.seq) ?? null) : null
      return { seq: row.seq, row, outcome, result: resultOf(row, outcome) }
    })
}

function resultOf(row: AuditRowView, outcome: AuditRowView | null): UseResult {
  switch (row.kind) {
    case 'intent':
      return outcome === null ? { kind: 'open' } : endOf(outcome)
    case 'outcome':
      return endOf(row)
    case 'refused':
      return { kind: 'refused', code: row.code ?? '' }
    case 'event':
      return { kind: 'noted', code: row.code }
    case 'checkpoint':
      return { kind: 'noted', code: null }
  }
}

function endOf({ code, status }: AuditRowView): UseResult {
  if (code !== null) return { kind: 'failed', code }
  return status === null ? { kind: 'done' } : { kind: 'answered', status }
}

/** Numbers of the rows behind these lines, in their order. */
export function seqsOf(uses: readonly LoggedUse[]): number[] {
  return uses.flatMap(({ row, outcome }) => (outcome === null ? [row.seq] : [row.seq, outcome.seq]))
}

/** A program that has used a credential. */
export type UsedBy = {
  readonly client: string
  readonly name: string
  /** Of the last use. */
  readonly at: string
  readonly count: number
}

/** The programs that used a credential, those that did so last first. `rows` are the newest first. */
export function usedBy(rows: readonly AuditRowView[], credential: string): readonly UsedBy[] {
  const programs = new Map<string, UsedBy>()
  for (const row of rows) {
    if (row.kind !== 'intent' || row.credential !== credential) continue
    const known = programs.get(row.client)
    const first = { client: row.client, name: row.clientName, at: row.at, count: 0 }
    programs.set(row.client, { ...(known ?? first), count: (known?.count ?? 0) + 1 })
  }
  return [...programs.values()]
}
