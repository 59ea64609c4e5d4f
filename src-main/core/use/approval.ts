import { cleanText } from '#shared/shown-text.ts'
import type { Clock } from '../ports.ts'
import { allowsPath } from './access-rules.ts'
import type { Client, Peer } from './client.ts'

/**
 * What a client may do with a credential. `use`: let the vault send a request with it. `relay`: send any request
 * to its host through an address on this computer. `reveal`: be given its value. `helper`: be given its value as the
 * helper of one tool, such as git, for one host.
 */
export type UseMode = 'use' | 'relay' | 'reveal' | 'helper'

/** How long an answer of the person holds. `run` ends with its run; it and `until-lock` end with the vault process, too. */
export const durations = ['once', 'run', '10-minutes', 'until-lock', 'always'] as const
export type Duration = (typeof durations)[number]

/** What a client wants to be allowed, in the form that is shown, compared and remembered. */
export type WantedApproval = {
  readonly client: string
  /** Id of the run that the request belongs to; null: none. Of an approval: the only run that it holds for. */
  readonly run: string | null
  readonly credential: string
  readonly mode: UseMode
  /** Of mode `helper`: the name of the tool. Absent in every other mode. */
  readonly helper?: string
  readonly scope: string | null
  /** `host:port`. */
  readonly host: string
  readonly method: string
  /** As it is sent, without the query. */
  readonly path: string
}

/** What a relay is allowed: any request to its host. */
export const relayed = { mode: 'relay', method: 'ANY', path: '/**' } as const

/** An answer that holds for later requests, too. */
export type Approval = Omit<WantedApproval, 'method' | 'path'> & {
  readonly id: string
  readonly methods: readonly string[]
  /** Null: every path of the host. */
  readonly path: string | null
  /** `path` is a glob, as in an access rule. Absent: it stands for itself. */
  readonly isPattern?: true
  readonly duration: Exclude<Duration, 'once'>
  readonly givenAt: Date
  /** Null: it does not end on its own. */
  readonly until: Date | null
  readonly lastUsedAt: Date | null
}

/** A question to the person. */
export type Question = {
  readonly id: string
  /** Digest of the canonical text; an answer has to name it. */
  readonly digest: string
  readonly client: Client
  readonly peer: Peer
  readonly wanted: WantedApproval
  /** As the client gave it, cleaned; null: it gave none. */
  readonly reason: string | null
  readonly askedAt: Date
  readonly until: Date
}

/** The person's answer to a question. */
export type ApprovalAnswer =
  | { readonly kind: 'denied' }
  | {
      readonly kind: 'allowed'
      readonly duration: Duration
      /** False: the answer covers only the path that was asked for. */
      readonly wholeHost: boolean
    }

/** What `Approvals` needs. */
export type ApprovalPorts = {
  readonly clock: Clock
  readonly newId: () => string
  /** SHA-256 of a text, in hex. */
  readonly digest: (text: string) => string
  /** The approvals that are kept for always. */
  readonly read: () => readonly Approval[]
  readonly write: (approvals: readonly Approval[]) => void
  /** True while this run lasts. */
  readonly isRunOpen: (run: string) => boolean
  /** A question was asked, answered, or is no longer asked. */
  readonly onQuestions: (questions: readonly Question[]) => void
}

/**
 * The canonical text of what is wanted. An answer names the digest of this text, so that it can not be given
 * to another request than the one that was shown.
 */
export function approvalText(wanted: WantedApproval, reason: string | null): string {
  const { client, run, credential, mode, helper = null, scope, host, method, path } = wanted
  const parts = [client, run, credential, mode, helper, scope, host, method, path, reason]
  return JSON.stringify(['latchkey approval 3', ...parts])
}

/** True if a remembered approval covers what is wanted. */
export function covers(approval: Approval, wanted: WantedApproval, now: Date): boolean {
  return (
    approval.client === wanted.client &&
    (approval.run === null || approval.run === wanted.run) &&
    approval.credential === wanted.credential &&
    approval.mode === wanted.mode &&
    approval.helper === wanted.helper &&
    approval.scope === wanted.scope &&
    approval.host === wanted.host &&
    approval.methods.includes(wanted.method) &&
    coversPath(approval, wanted.path) &&
    (approval.until === null || now < approval.until)
  )
}

function coversPath({ isPattern, path }: Approval, wanted: string): boolean {
  if (path === null) return true
  return isPattern === true ? allowsPath(path, wanted) : path === wanted
}

/** True if an approval covers what is wanted or has covered it before its time was up. */
export function hasCovered(approval: Approval, wanted: WantedApproval): boolean {
  return covers({ ...approval, until: null }, wanted, approval.givenAt)
}

const SAFE = ['GET', 'HEAD']

/** The methods that an answer covers: those that only read go together, every other one is for itself. */
export function methodsLike(method: string): readonly string[] {
  return SAFE.includes(method) ? SAFE : [method]
}

const LONGEST_REASON = 200
const MARK = '�'

/** A reason as it is shown and written: cleaned and cut. Null: none was given. */
export function shownReason(reason: string | null): string | null {
  // Half a character at the cut is a lone surrogate, which the cleaning replaces.
  const text = cleanText((reason ?? '').trim().slice(0, LONGEST_REASON), MARK).trim()
  return text === '' ? null : text
}
