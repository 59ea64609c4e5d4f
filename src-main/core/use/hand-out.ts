import { credentialKey, refFromKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { Secret } from '../secret.ts'
import type { AccessPreset } from './access-preset.ts'
import type { UseMode, WantedApproval } from './approval.ts'
import { relayed, shownReason } from './approval.ts'
import type { Question } from './approvals.ts'
import { permit, type PermissionCaller } from './permission.ts'
import type { RowOfUse } from './refusals.ts'
import type { UsePorts } from './use-ports.ts'
import { foundEntry, foundRules } from './use-checks.ts'
import { BOUND, ENDED } from './use-sentences.ts'

/** A wish for more than one request: a relay, or the value itself. */
export type HandOutWish = {
  readonly service: string
  readonly account: string | null
  /** `host` or `host:port`; null: the first host of the credential. */
  readonly host: string | null
  readonly scope: string | null
  readonly reason: string | null
  readonly waits: boolean
  /** The person asks for it in the window, so that nobody has to be asked; absent: the person is asked. */
  readonly isPermitted?: true
}

/** Longest life of a relay in milliseconds. */
export const RELAY_MS = 12 * 3_600_000

type HandOutPorts = Pick<
  UsePorts,
  'approvals' | 'asksInWindow' | 'audit' | 'refusals' | 'repository' | 'rulesFor' | 'tokens'
> & {
  readonly presetOf: (entry: CatalogEntry) => AccessPreset | null
}

type Allowed = {
  readonly entry: CatalogEntry
  readonly host: string
  readonly wanted: WantedApproval
  readonly intent: number
  readonly access: Access
}

/** Something that was allowed, from then on. */
type Access = {
  /** Resolves when it has ended. */
  readonly ended: Promise<void>
  readonly hasEnded: () => boolean
  /** To be called when nothing runs with it any more. */
  readonly over: () => void
}

/** What goes through a relay: requests to one host with one credential. */
export type RelayAccess = {
  readonly entry: CatalogEntry
  /** `host:port`. */
  readonly host: string
  readonly preset: AccessPreset | null
  readonly wanted: WantedApproval
}

export type OpenedRelay = RelayAccess & {
  readonly kind: 'opened'
  /** Resolves when the relay may not go on: its approval was revoked, removed or locked away. */
  readonly ended: Promise<void>
  /** To be called once when the relay is closed. */
  readonly closed: () => Promise<void>
}

export type Asked = { readonly kind: 'question'; readonly question: Question }

/** Opens relays and reveals values, each after the person has allowed exactly that. */
export class HandOut {
  readonly #ports: HandOutPorts

  constructor(ports: HandOutPorts) {
    this.#ports = ports
  }

  /**
   * Allows a program any request to one host, within the rules, until its relay is closed. Throws
   * UNKNOWN_SERVICE, INVALID_REQUEST, ORIGIN_NOT_ALLOWED, APPROVAL_DENIED, STORE_WRITE_FAILED.
   */
  async openRelay(wish: HandOutWish, caller: PermissionCaller): Promise<OpenedRelay | Asked> {
    const allowed = await this.#allowed('relay', wish, caller)
    if ('question' in allowed) return allowed
    const { entry, host } = allowed
    return this.#opened(allowed, this.#row('relay', { wish, entry, host }, caller))
  }

  /**
   * Goes on with a relay that the vault before this one was allowed to open. Throws UNKNOWN_SERVICE and
   * STORE_WRITE_FAILED.
   */
  async goOn(wanted: WantedApproval, caller: PermissionCaller): Promise<OpenedRelay> {
    const { entry, host } = this.relayOf(wanted)
    const row = this.#row('relay', { wish: { reason: null }, entry, host }, caller)
    const access = this.#follow(wanted)
    try {
      const intent = await this.#ports.audit.append({ ...row, kind: 'intent' })
      return this.#opened({ entry, host, wanted, intent, access }, row)
    } catch (error) {
      access.over()
      throw error
    }
  }

  /** What a relay leads to. Throws UNKNOWN_SERVICE. */
  relayOf(wanted: WantedApproval): RelayAccess {
    const ref = refFromKey(wanted.credential)
    const entry = ref === null ? null : this.#ports.repository.find(ref)
    if (entry === null) throw new VaultError('UNKNOWN_SERVICE')
    return { entry, host: wanted.host, preset: this.#ports.presetOf(entry), wanted }
  }

  /** Writes down that a program named a relay that is over. */
  async noteOver(caller: PermissionCaller): Promise<void> {
    const row = this.#row('relay', { wish: { reason: null }, entry: null, host: '' }, caller)
    await this.#ports.refusals.note(row, 'relay-over')
  }

  #opened({ entry, host, wanted, intent, access }: Allowed, row: RowOfUse): OpenedRelay {
    return {
      kind: 'opened',
      entry,
      host,
      wanted,
      preset: this.#ports.presetOf(entry),
      ended: access.ended,
      closed: async () => {
        access.over()
        await this.#ports.audit.append({ ...row, kind: 'outcome', of: intent }).catch(() => 0)
      }
    }
  }

  /** Gives the value out. Throws as `openRelay`, and as `TokenService.getToken`. */
  async reveal(
    wish: HandOutWish,
    caller: PermissionCaller
  ): Promise<{ readonly kind: 'revealed'; readonly secret: Secret } | Asked> {
    const allowed = await this.#allowed('reveal', wish, caller)
    if ('question' in allowed) return allowed
    const { entry, host, intent, access } = allowed
    const row = {
      ...this.#row('reveal', { wish, entry, host }, caller),
      of: intent,
      kind: 'outcome'
    } as const
    try {
      const need = wish.scope === null ? {} : { scope: wish.scope }
      const secret = await this.#ports.tokens.getToken(entry.ref, need)
      if (entry.provider?.dpop === true && (await this.#ports.tokens.proofKey(entry.ref)) !== null) {
        throw new VaultError('INVALID_REQUEST', { message: BOUND })
      }
      if (access.hasEnded()) throw new VaultError('APPROVAL_DENIED', { message: ENDED })
      await this.#ports.audit.append(row)
      return { kind: 'revealed', secret }
    } catch (error) {
      const code = error instanceof VaultError ? error.code : 'INTERNAL'
      await this.#ports.audit.append({ ...row, code }).catch(() => 0)
      throw error
    } finally {
      access.over()
    }
  }

  async #allowed(mode: UseMode, wish: HandOutWish, caller: PermissionCaller): Promise<Allowed | Asked> {
    const { refusals } = this.#ports
    const refuse = async (code: string, problem: unknown): Promise<never> => {
      await refusals.note(this.#row(mode, { wish, entry: null, host: '' }, caller), code)
      throw problem
    }
    const entry = await foundEntry(this.#ports, wish, refuse)
    const onRefused = async (code: string, host = ''): Promise<void> =>
      await refusals.note(this.#row(mode, { wish, entry, host }, caller), code)
    const rules = await foundRules(this.#ports, { entry, client: caller.client }, async (code, problem) => {
      await onRefused(code)
      throw problem
    })
    const host = mode === 'reveal' ? '' : hostOf(wish.host, rules.hosts)
    if (host === null) {
      await onRefused('host')
      throw new VaultError('ORIGIN_NOT_ALLOWED')
    }
    const what = { wish, entry, host }
    const wanted = wantedOf(mode, what, caller)
    const { isPermitted = false, reason, waits } = wish
    const question = isPermitted
      ? null
      : await permit(
          this.#ports,
          { wanted, reason, waits },
          { caller, onRefused: (code) => onRefused(code, host) }
        )
    if (question !== null) return { kind: 'question', question }
    const access = this.#follow(wanted)
    try {
      // No row, no use.
      const intent = await this.#ports.audit.append({ ...this.#row(mode, what, caller), kind: 'intent' })
      return { entry, host, wanted, intent, access }
    } catch (error) {
      access.over()
      throw error
    }
  }

  #follow(wanted: WantedApproval): Access {
    const { promise, resolve } = Promise.withResolvers<void>()
    let hasEnded = false
    const over = this.#ports.approvals.follow(wanted, () => {
      hasEnded = true
      resolve()
    })
    return { ended: promise, hasEnded: () => hasEnded, over }
  }

  #row(mode: UseMode, { wish, entry, host }: Known, { client, peer }: PermissionCaller): RowOfUse {
    return {
      of: null,
      client: client.id,
      clientName: client.name,
      peer,
      credential: entry === null ? null : credentialKey(entry.ref),
      action: mode,
      method: null,
      host: host === '' ? null : host,
      path: null,
      status: null,
      code: null,
      reason: shownReason(wish.reason),
      redacted: null,
      bytes: null
    }
  }
}

type What = { readonly wish: HandOutWish; readonly entry: CatalogEntry; readonly host: string }
/** What is known of a wish so far; null: there is no such entry. */
type Known = {
  readonly wish: Pick<HandOutWish, 'reason'>
  readonly entry: CatalogEntry | null
  readonly host: string
}

/** The approval of a relay covers every request; that of a value has no host. */
function wantedOf(
  mode: UseMode,
  { wish, entry, host }: What,
  { client, run }: PermissionCaller
): WantedApproval {
  return {
    client: client.id,
    run,
    credential: credentialKey(entry.ref),
    scope: wish.scope,
    host,
    ...relayed,
    mode
  }
}

/** The wanted host with its port, among those of the credential. Null: it is none of them. */
export function hostOf(wanted: string | null, hosts: readonly string[]): string | null {
  const all = hosts.map(withPort)
  const [first = null] = all
  if (wanted === null) return first
  return all.find((host) => host === withPort(wanted.toLowerCase())) ?? null
}

const withPort = (host: string): string => (/:\d+$/.test(host) ? host : `${host}:443`)
