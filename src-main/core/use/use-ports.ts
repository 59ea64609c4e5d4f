import type { CredentialRef } from '#shared/credential.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import type { Secret } from '../secret.ts'
import type { TokenNeed } from '../tokens/token-choice.ts'
import type { AccessRules } from './access-rules.ts'
import type { Approvals } from './approvals.ts'
import type { BudgetLeft } from './budgets.ts'
import type { Client } from './client.ts'
import type { NewAuditRow } from './audit-row.ts'
import type { Refusals } from './refusals.ts'
import type { StopSignal } from './stop-signal.ts'
import type { Target, TargetResult } from './target.ts'

export type Header = readonly [name: string, value: string]

/** How a credential is written into a request. */
export type CredentialScheme =
  /** RFC 6750. */
  | { readonly kind: 'bearer' }
  /** RFC 7617; the credential is the password. */
  | { readonly kind: 'basic'; readonly user: string }
  | { readonly kind: 'header'; readonly name: string }

export type SendRequest = {
  readonly target: Target
  /** The target may be http, an address, or a name of a private address: a person listed it as local. */
  readonly isLocal: boolean
  readonly method: string
  readonly headers: readonly Header[]
  readonly body: AsyncIterable<Uint8Array> | null
  /** Null: a public request. */
  readonly credential: {
    readonly key: string
    readonly secret: Secret
    readonly scheme: CredentialScheme
    /** Private key that the token is bound to, which signs a proof for each request (RFC 9449). Absent: it is not bound. */
    readonly proofKey?: Secret
  } | null
  readonly signal: StopSignal
}

export type SendAnswer = {
  readonly status: number
  readonly statusText: string
  readonly headers: readonly Header[]
  /** Rejects if the answer is cut off. */
  readonly body: AsyncIterable<Uint8Array>
  /** Echoes of the credential that were removed so far, from the head and from the part of the body that was read. */
  readonly removed: () => number
  /** What was read of the body has something with the shape of a credential, which is not the one that was sent. */
  readonly showsSecret: () => boolean
  /** Drops the rest of the answer. */
  readonly discard: () => void
}

/** Sends requests with credentials over HTTPS. */
export interface Sender {
  /** Resolves when the head of the answer is there. Throws ORIGIN_NOT_ALLOWED, CERTIFICATE_REFUSED, PROXY_REFUSED, PROVIDER_UNREACHABLE. */
  send(request: SendRequest): Promise<SendAnswer>
  /** Ends every connection that was made with this credential. */
  cut(credential: string): void
}

/** Where a use is written down. */
export interface AuditPort {
  /** Resolves with the number of the row once it is in the file. Rejects; then nothing may be used. */
  append(row: NewAuditRow): Promise<number>
}

export type UsePorts = {
  readonly clock: Clock
  readonly repository: Pick<CredentialRepository, 'list' | 'find'>
  readonly tokens: {
    getToken(ref: CredentialRef, need?: TokenNeed): Promise<Secret>
    /** The key that the tokens of a credential are bound to. Null: they are not bound. Throws as `getToken`. */
    proofKey(ref: CredentialRef): Promise<Secret | null>
  }
  readonly targetOf: (url: string) => TargetResult
  /** Null: the policy gives this client no access to this credential. Throws CONFIG_INVALID. */
  readonly rulesFor: (entry: CatalogEntry, client: Client) => AccessRules | null | Promise<AccessRules | null>
  /**
   * What a client may still send. Only what is about to be sent is counted, not what is asked for or refused. Both
   * reject if the log can’t be read.
   */
  readonly budget: {
    /** The part of the budget that is used up; `ok`: none. */
    readonly left: (client: Client) => Promise<BudgetLeft>
    /** The same; `ok`: this request is counted. */
    readonly take: (client: Client) => Promise<BudgetLeft>
  }
  /** `wished`: what a tool names for a service that the vault knows no way for. */
  readonly schemeFor: (entry: CatalogEntry, wished?: CredentialScheme) => CredentialScheme
  readonly approvals: Approvals
  /** True if there is a window that asks the person; false: the client asks on its terminal. */
  readonly asksInWindow: () => boolean
  readonly audit: AuditPort
  readonly refusals: Pick<Refusals, 'note'>
  readonly sender: Sender
  /** A signal that is aborted with `outer`, and by `stop`. */
  readonly stopper: (outer: StopSignal) => { readonly signal: StopSignal; readonly stop: () => void }
}
