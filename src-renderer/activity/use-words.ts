import type { AuditRowView } from '#shared/broker/audit.ts'
import { reasonText } from '#shared/broker/reason-text.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import { type ProblemCode, problemCatalog } from '#shared/problem.ts'
import { shortHost } from '#shared/short-host.ts'
import { activityText, useText } from '../text/activity-text.ts'
import type { LoggedUse, UseResult } from './uses.ts'

/** The name of a program as it is shown. */
export function programName(name: string): string {
  if (name === 'terminal') return activityText.terminal
  return name === 'window' ? activityText.window : name
}

/** What a row is about: a request, a relay, the secret itself, or an event. */
export function whatText({ action, code, host, method, path }: AuditRowView): string {
  if (action === 'reveal') return useText.taken[method ?? ''] ?? useText.reveal
  if (action === 'helper') return useText.helper(method ?? '', shortHost(host ?? ''))
  if (action === 'relay') return host === null ? useText.relayAlone : useText.relay(shortHost(host))
  if (action === 'new-credential') return useText.newCredential(`${shortHost(host ?? '')}${path ?? ''}`)
  if (host !== null) return `${method ?? ''} ${shortHost(host)}${path ?? ''}`.trim()
  if (Object.hasOwn(useText.proposals, action)) return useText.proposal(code ?? '')
  return useText.events[action] ?? action
}

/** The result in one or two words; null: an event that speaks for itself. */
export function resultText({ row, result }: Pick<LoggedUse, 'row' | 'result'>): string | null {
  switch (result.kind) {
    case 'answered':
      return useText.answered(result.status)
    case 'done':
      return doneText[row.action] ?? useText.done
    case 'failed':
      return result.code === 'NOT_READ' ? useText.cutShort : useText.failed
    case 'refused':
      return useText.refused
    case 'open':
      return useText.open
    case 'noted':
      if (row.action === 'answer') return useText.answers[result.code ?? ''] ?? null
      return useText.proposals[row.action] ?? null
  }
}

const doneText: Readonly<Record<string, string>> = {
  relay: useText.closed,
  reveal: useText.given,
  helper: useText.given
}

export type Tone = 'ok' | 'notice' | 'danger' | 'mute'

/** An answer is the host’s business, so that one with an error is a notice only. */
export function toneOf(result: UseResult): Tone {
  switch (result.kind) {
    case 'answered':
      return result.status < 400 ? 'ok' : 'notice'
    case 'done':
      return 'ok'
    case 'failed':
      return 'notice'
    case 'refused':
      return 'danger'
    case 'open':
    case 'noted':
      return 'mute'
  }
}

/** Why a use was refused or failed, as a sentence. Null: it was neither, or the log does not say. */
export function reasonOf(result: UseResult): string | null {
  if (result.kind !== 'refused' && result.kind !== 'failed') return null
  const { code } = result
  if (code === '') return null
  if (Object.hasOwn(problemCatalog, code)) return problemCatalog[code as ProblemCode].message
  const clause = reasonText(code)
  return clause === code ? code : useText.sentence(clause)
}

/** Service and account of a row as people know them. Null: the row is about no credential. */
export type NamedCredential = {
  readonly id: string
  readonly service: string
  readonly name: string
  readonly account: string
  /** False: it was removed, or comes from another vault. */
  readonly isListed: boolean
}

/** The credential of a row, also one that is no longer in the list. */
export function namedCredential(
  { credential: id, shown }: Pick<AuditRowView, 'credential' | 'shown'>,
  credentials: ReadonlyMap<string, Pick<CredentialSummary, 'service' | 'name' | 'account'>>
): NamedCredential | null {
  if (id === null || shown === null) return null
  const { service, name, account } = credentials.get(id) ?? shown
  return { id, service, name, account, isListed: credentials.has(id) }
}
