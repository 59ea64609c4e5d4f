import { credentialKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { Secret } from '../secret.ts'
import type { AccessPreset } from './access-preset.ts'
import type { UseMode, WantedApproval } from './approval.ts'
import { relayed, shownReason } from './approval.ts'
import type { Question } from './approvals.ts'
import type { NewAuditRow } from './audit-row.ts'
import { permit, type PermissionCaller } from './permission.ts'
import type { UsePorts } from './use-ports.ts'
import { BOUND, ENDED, NO_ACCESS } from './use-sentences.ts'
import { entryOf } from './use-service.ts'

/** A wish for more than one request: a relay, or the value itself. */
export type HandOutWish = {
  readonly service: string
  readonly account: string | null
  /** `host` or `host:port`; null: the first host of the credential. */
  readonly host: string | null
  readonly scope: string | null
  readonly reason: string | null
  readonly waits: boolean
}

type HandOutPorts = Pick<
  UsePorts,
  'approvals' | 'asksInWindow' | 'audit' | 'repository' | 'rulesFor' | 'tokens'
> & {
  readonly presetOf: (entry: CatalogEntry) => AccessPreset | null
}

type Allowed = {
  readonly entry: CatalogEntry
  readonly host: string
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

/** What runs through a relay: requests to one host with one credential. */
export type OpenedRelay = {
  readonly kind: 'opened'
  readonly entry: CatalogEntry
  /** `host:port`. */
  readonly host: string
  readonly preset: AccessPreset | null
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
    const { entry, host, intent, access } = allowed
    const row = this.#row('relay', { wish, entry, host }, caller)
    return {
      kind: 'opened',
      entry,
      host,
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
    const entry = entryOf(this.#ports.repository, wish)
    const rules = await this.#ports.rulesFor(entry, caller.client)
    const host = mode === 'reveal' ? '' : hostOf(wish.host, rules?.hosts ?? [])
    const what = { wish, entry, host: host ?? '' }
    const onRefused = async (code: string): Promise<void> => {
      const row = this.#row(mode, what, caller)
      await this.#ports.audit.append({ ...row, kind: 'refused', code }).catch(() => 0)
    }
    if (rules === null) {
      await onRefused('policy')
      throw new VaultError('APPROVAL_DENIED', { message: NO_ACCESS })
    }
    if (host === null) {
      await onRefused('host')
      throw new VaultError('ORIGIN_NOT_ALLOWED')
    }
    const wanted = wantedOf(mode, what, caller)
    const question = await permit(
      this.#ports,
      { wanted, reason: wish.reason, waits: wish.waits },
      { caller, onRefused }
    )
    if (question !== null) return { kind: 'question', question }
    const access = this.#follow(wanted)
    try {
      // No row, no use.
      const intent = await this.#ports.audit.append({ ...this.#row(mode, what, caller), kind: 'intent' })
      return { entry, host, intent, access }
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

  #row(
    mode: UseMode,
    { wish, entry, host }: What,
    { client, peer }: PermissionCaller
  ): Omit<NewAuditRow, 'kind'> {
    return {
      of: null,
      client: client.id,
      clientName: client.name,
      peer,
      credential: credentialKey(entry.ref),
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

/** The approval of a relay covers every request; that of a value has no host. */
function wantedOf(mode: UseMode, { wish, entry, host }: What, { client }: PermissionCaller): WantedApproval {
  return {
    client: client.id,
    credential: credentialKey(entry.ref),
    scope: wish.scope,
    host,
    ...relayed,
    mode
  }
}

/** The wanted host with its port, among those of the credential. Null: it is none of them. */
function hostOf(wanted: string | null, hosts: readonly string[]): string | null {
  const all = hosts.map(withPort)
  const [first = null] = all
  if (wanted === null) return first
  return all.find((host) => host === withPort(wanted.toLowerCase())) ?? null
}

const withPort = (host: string): string => (/:\d+$/.test(host) ? host : `${host}:443`)
