import type { CatalogEntry } from '../credential-record.ts'
import type { AccessPreset } from './access-preset.ts'
import { type AccessDecision, decideAccess } from './access-rules.ts'
import type { AuditRow } from './audit-row.ts'
import { accessOf, type Policy } from './policy.ts'
import { canonicalHost, isAddress, portOf, type Target } from './target.ts'

/** Why a policy refuses. `policy`: it gives the client no access to the service; else the failed check. */
export type PolicyRefusal = 'policy' | Extract<AccessDecision, { readonly kind: 'refused' }>['because']

/** What a policy says about the request of a row. `unknown`: the row does not tell enough. */
export type RowDecision =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused'; readonly because: PolicyRefusal }
  | { readonly kind: 'unknown' }

/** A request that another policy decides otherwise. */
export type DryRunChange = {
  /** Number of the audit row. */
  readonly seq: number
  readonly was: 'allowed' | 'refused'
  readonly now: 'allowed' | 'refused'
  /** Why the request is refused now, or why it was. */
  readonly because: PolicyRefusal
}

/** Result of a dry run. */
export type DryRun = {
  /** In the order of the rows. */
  readonly changes: readonly DryRunChange[]
  /** Number of rows that were decided again; it includes the changes. */
  readonly compared: number
  /** Number of rows that do not tell enough. */
  readonly unknown: number
}

const refusals: Readonly<Record<PolicyRefusal, true>> = {
  policy: true,
  host: true,
  port: true,
  scheme: true,
  literal: true,
  'read-only': true,
  'encoded-slash': true,
  denied: true,
  method: true
}

/** The log cuts longer texts (`cleaned` in audit-row.ts) and writes the mark for what can not be seen. */
const LONGEST = { path: 512, method: 20 } as const
const MARK = '\uFFFD'

/**
 * Decides the requests of audit rows again and returns those that come out otherwise. It compares the requests
 * that an earlier policy decided: intents, and refusals by its checks. Refusals by the person and by a budget
 * are left out, because rules decide neither. `decide`: the other policy, from `decisionUnder`.
 */
export function dryRun(rows: readonly AuditRow[], decide: (row: AuditRow) => RowDecision): DryRun {
  const decided = rows.flatMap((row) => {
    const was = formerDecision(row)
    return was === null ? [] : [{ seq: row.seq, was, now: decide(row) }]
  })
  const unknown = decided.filter(({ now }) => now.kind === 'unknown').length
  return { changes: decided.flatMap(changesOf), compared: decided.length - unknown, unknown }
}

type Decided = { readonly seq: number; readonly was: FormerDecision; readonly now: RowDecision }
type FormerDecision = Exclude<RowDecision, { readonly kind: 'unknown' }>

function changesOf({ seq, was, now }: Decided): readonly DryRunChange[] {
  if (was.kind === 'allowed' && now.kind === 'refused') {
    return [{ seq, was: 'allowed', now: 'refused', because: now.because }]
  }
  if (was.kind === 'refused' && now.kind === 'allowed') {
    return [{ seq, was: 'refused', now: 'allowed', because: was.because }]
  }
  return []
}

/**
 * Returns the function that decides a row by a policy. `entryOf` finds an entry by its `credentialKey`, and
 * `presetOf` the preset of a service; null: there is none. A row is `unknown` if its credential is gone, if it
 * has no path, and if the log had to cut or clean its path or method.
 */
export function decisionUnder(
  policy: Policy,
  entryOf: (credential: string) => CatalogEntry | null,
  presetOf: (service: string) => AccessPreset | null
): (row: AuditRow) => RowDecision {
  return (row) => {
    const { credential, method } = row
    const target = targetOfRow(row)
    const entry = credential === null ? null : entryOf(credential)
    if (entry === null || target === null || method === null) return { kind: 'unknown' }
    const rules = accessOf(entry, presetOf(entry.ref.service), policy, row.clientName)
    return rules === null ? { kind: 'refused', because: 'policy' } : decideAccess(rules, method, target)
  }
}

/** What the policy of then decided. Null: the row is about no request, or something else decided it. */
function formerDecision({ action, code, host, kind, method }: AuditRow): FormerDecision | null {
  if (action !== 'use' || host === null || method === null) return null
  if (kind === 'intent') return { kind: 'allowed' }
  return kind === 'refused' && isRefusal(code) ? { kind: 'refused', because: code } : null
}

const isRefusal = (code: string | null): code is PolicyRefusal =>
  code !== null && Object.hasOwn(refusals, code)

/**
 * The target as far as a row tells it: only a refusal because of the scheme shows that a request was http.
 * Every other one counts as https. Null: a part is missing or not whole.
 */
function targetOfRow({ code, host: hostAndPort, method, path }: AuditRow): Target | null {
  const [, name = '', portText = ''] = /^(.+):(\d+)$/.exec(hostAndPort ?? '') ?? []
  const [host, port] = [canonicalHost(name), portOf(portText)]
  if (host === null || port === null || !isWhole('path', path) || !isWhole('method', method)) return null
  const scheme = code === 'scheme' ? 'http' : 'https'
  return { scheme, host, isLiteral: isAddress(host), port, path, query: '' }
}

function isWhole(field: keyof typeof LONGEST, text: string | null): text is string {
  return text !== null && text !== '' && text.length < LONGEST[field] && !text.includes(MARK)
}
