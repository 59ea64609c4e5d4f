import type { CredentialStatus, CredentialSummary, RotationState } from './credential.ts'
import type { EntryLabels } from './entry-labels.ts'

/** What entries of one service usually share. */
export const commonFields = [
  'service',
  'name',
  'kind',
  'renewable',
  'keptFresh',
  'scopes',
  'missingScopes',
  'extraScopes',
  'issuer',
  'clientId',
  'resource',
  'surface',
  'signsInBy',
  'allowedHosts',
  'backend'
] as const satisfies readonly (keyof CredentialSummary)[]

/** The facts of a summary that entries of one service usually share. */
export type CommonFacts = Pick<CredentialSummary, (typeof commonFields)[number]>

/** The facts of one entry. Times are milliseconds since 1970. */
export type OwnFacts = [
  id: string,
  /** Null: the account that is in the id. */
  account: string | null,
  status: CredentialStatus,
  expiry: number | 'never' | 'unknown',
  masked: string,
  obtainedAt: number,
  issuedAt: number,
  refreshedAt: number | null,
  nextRefreshAt: number | null,
  useBefore: number | null,
  signInBefore: number | null,
  lastUsedAt: number | null,
  rotation: RotationState | null,
  labels: EntryLabels | null
]

/** Summaries as they cross to a window or a terminal: what several entries share is there once. */
export type PackedList = { readonly common: CommonFacts; readonly rows: OwnFacts[] }[]

export type PackedSummary = { readonly common: CommonFacts; readonly row: OwnFacts }

/** Splits one summary into the two parts of a packed list. */
export function packedSummary(summary: CredentialSummary): PackedSummary {
  const { account, expiry, id, labels, masked, rotation, status } = summary
  const common = Object.fromEntries(
    commonFields.filter((field) => field in summary).map((field) => [field, summary[field]])
  ) as CommonFacts
  return {
    common,
    row: [
      id,
      account === accountIn(id) ? null : account,
      status,
      expiry.kind === 'at' ? Date.parse(expiry.at) : expiry.kind,
      masked,
      Date.parse(summary.obtainedAt),
      Date.parse(summary.issuedAt),
      time(summary.refreshedAt),
      time(summary.nextRefreshAt),
      time(summary.useBefore),
      time(summary.signInBefore),
      time(summary.lastUsedAt),
      rotation,
      labels
    ]
  }
}

/** Groups rows by their common facts, which have to be the same object. */
export function packedList(summaries: Iterable<PackedSummary>): PackedList {
  const groups = new Map<CommonFacts, OwnFacts[]>()
  for (const { common, row } of summaries) {
    const rows = groups.get(common)
    if (rows === undefined) groups.set(common, [row])
    else rows.push(row)
  }
  return [...groups].map(([common, rows]) => ({ common, rows }))
}

/** The list of these summaries, for which nothing is kept. */
export function pack(summaries: readonly CredentialSummary[]): PackedList {
  const known = new Map<string, CommonFacts>()
  return packedList(
    summaries.map((summary) => {
      const { common, row } = packedSummary(summary)
      return { common: firstOf(known, common), row }
    })
  )
}

/** Returns the object that stands for equal common facts: the first that came. */
export function firstOf(known: Map<string, CommonFacts>, common: CommonFacts): CommonFacts {
  const text = JSON.stringify(common)
  const first = known.get(text)
  if (first !== undefined) return first
  known.set(text, common)
  return common
}

/** The summaries of a packed list, group by group. */
export function unpack(list: PackedList): CredentialSummary[] {
  return list.flatMap(({ common, rows }) => rows.map((row) => unpackedSummary(common, row)))
}

export function unpackedSummary(common: CommonFacts, row: OwnFacts): CredentialSummary {
  const [id, account, status, expiry, masked, obtainedAt, issuedAt, ...rest] = row
  const [refreshedAt, nextRefreshAt, useBefore, signInBefore, lastUsedAt, rotation, labels] = rest
  return {
    ...common,
    id,
    account: account ?? accountIn(id),
    status,
    expiry: typeof expiry === 'number' ? { kind: 'at', at: instant(expiry) } : { kind: expiry },
    masked,
    obtainedAt: instant(obtainedAt),
    issuedAt: instant(issuedAt),
    refreshedAt: instantOrNull(refreshedAt),
    nextRefreshAt: instantOrNull(nextRefreshAt),
    useBefore: instantOrNull(useBefore),
    signInBefore: instantOrNull(signInBefore),
    lastUsedAt: instantOrNull(lastUsedAt),
    rotation,
    labels
  }
}

/** The account in a `credentialKey`; empty for anything else. */
function accountIn(id: string): string {
  try {
    const [, account] = JSON.parse(id) as readonly unknown[]
    return typeof account === 'string' ? account : ''
  } catch {
    return ''
  }
}

const time = (text: string | null): number | null => (text === null ? null : Date.parse(text))
const instant = (ms: number): string => new Date(ms).toISOString()
const instantOrNull = (ms: number | null): string | null => (ms === null ? null : instant(ms))
