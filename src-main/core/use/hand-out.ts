import { credentialKey, refFromKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { Secret } from '../secret.ts'
import type { TokenNeed } from '../tokens/token-choice.ts'
import type { AccessPreset } from './access-preset.ts'
import type { Question, UseMode, WantedApproval } from './approval.ts'
import { shownReason } from './approval.ts'
import { type HandOutWish, type HelperHandOut, hostFor, wantedOf, type Wish } from './hand-out-wish.ts'
import { permit, type PermissionCaller } from './permission.ts'
import { schemeOf } from './policy.ts'
import type { RowOfUse } from './refusals.ts'
import type { CredentialScheme, UsePorts } from './use-ports.ts'
import { foundEntry, foundRules } from './use-checks.ts'
import { AWS_KEYS, BOUND, ENDED } from './use-sentences.ts'

/** Longest life of a relay in milliseconds. */
export const RELAY_MS = 12 * 3_600_000
/** Longest time in milliseconds that a helper waits for the person: its tool has to hear something within five seconds. */
const HELPER_WAIT_MS = 3000

type HandOutPorts = Pick<
  UsePorts,
  'approvals' | 'asksInWindow' | 'audit' | 'clock' | 'refusals' | 'repository' | 'rulesFor' | 'tokens'
> & {
  readonly presetOf: (entry: CatalogEntry) => AccessPreset | null
  /**
   * What a helper is given of access keys of AWS, for a role or, if null, for that of the account. `until` null: it does not
   * end. Throws INVALID_REQUEST, SIGN_IN_REQUIRED, PROVIDER_REFUSED, PROVIDER_UNREACHABLE, and as the store.
   */
  readonly awsKeys: (
    ref: CatalogEntry['ref'],
    role: string | null,
    signal: PermissionCaller['signal']
  ) => Promise<{ readonly secret: Secret; readonly until: Date | null }>
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

export type Revealed = {
  readonly kind: 'revealed'
  readonly secret: Secret
  /** Time at which it ends; null: it does not. Absent: that of the entry. */
  readonly until?: Date | null
  /** How a request carries it. */
  readonly scheme: CredentialScheme
}

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

  /** Writes down that a program named a relay that has ended. */
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
  async reveal(wish: HandOutWish, caller: PermissionCaller): Promise<Revealed | Asked> {
    const allowed = await this.#allowed('reveal', wish, caller)
    if ('question' in allowed) return allowed
    const need = wish.scope === null ? {} : { scope: wish.scope }
    const row = this.#row('reveal', { ...allowed, wish }, caller)
    return await this.#given(allowed, row, () => this.#token(allowed.entry, need))
  }

  /** Gives the value to the helper of a tool. The person can allow that for always. Throws as `reveal`. */
  async giveToHelper(
    { account, service }: CatalogEntry['ref'],
    { helper, host, rejected, scope, waits }: HelperHandOut,
    caller: PermissionCaller
  ): Promise<Revealed | Asked> {
    const wish = { service, account, host, scope, reason: null, waits, helper }
    const allowed = await this.#allowed('helper', wish, caller)
    if ('question' in allowed) return allowed
    const need = { ...(scope !== null && { scope }), ...(rejected !== null && { rejected }) }
    const { entry } = allowed
    return await this.#given(allowed, this.#row('helper', { ...allowed, wish }, caller), () =>
      entry.kind === 'aws' ? this.#ports.awsKeys(entry.ref, scope, caller.signal) : this.#token(entry, need)
    )
  }

  async #token(entry: CatalogEntry, need: TokenNeed): Promise<Value> {
    const secret = await this.#ports.tokens.getToken(entry.ref, need)
    if (entry.provider?.dpop === true && (await this.#ports.tokens.proofKey(entry.ref)) !== null) {
      throw new VaultError('INVALID_REQUEST', { message: BOUND })
    }
    return { secret }
  }

  async #given(
    { entry, intent, access }: Allowed,
    about: RowOfUse,
    valueOf: () => Promise<Value>
  ): Promise<Revealed> {
    const row = { ...about, of: intent, kind: 'outcome' } as const
    try {
      const value = await valueOf()
      if (access.hasEnded()) throw new VaultError('APPROVAL_DENIED', { message: ENDED })
      await this.#ports.audit.append(row)
      return { kind: 'revealed', scheme: schemeOf(entry, this.#ports.presetOf(entry)), ...value }
    } catch (error) {
      const code = error instanceof VaultError ? error.code : 'INTERNAL'
      await this.#ports.audit.append({ ...row, code }).catch(() => 0)
      throw error
    } finally {
      access.over()
    }
  }

  async #allowed(mode: UseMode, wish: Wish, caller: PermissionCaller): Promise<Allowed | Asked> {
    const { refusals } = this.#ports
    const refuse = async (code: string, problem: unknown): Promise<never> => {
      await refusals.note(this.#row(mode, { wish, entry: null, host: '' }, caller), code)
      throw problem
    }
    const entry = await foundEntry(this.#ports, wish, refuse)
    if (entry.kind === 'aws' && mode !== 'helper') {
      await refusals.note(this.#row(mode, { wish, entry, host: '' }, caller), 'aws-keys')
      throw new VaultError('INVALID_REQUEST', { message: AWS_KEYS })
    }
    const onRefused = async (code: string, host = ''): Promise<void> =>
      await refusals.note(this.#row(mode, { wish, entry, host }, caller), code)
    const rules = await foundRules(this.#ports, { entry, client: caller.client }, async (code, problem) => {
      await onRefused(code)
      throw problem
    })
    const host = hostFor(mode, wish, rules.hosts)
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
          { wanted, reason, waits, ...(mode === 'helper' && { waitMs: HELPER_WAIT_MS }) },
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
    const over = this.#ports.approvals.given.follow(wanted, () => {
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
      // Of a helper: the name of the tool. Of the person: how the value was taken out.
      method: wish.helper ?? wish.way ?? null,
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

type Value = Pick<Revealed, 'secret' | 'until'>
/** What is known of a wish so far; null: there is no such entry. */
type Known = {
  readonly wish: Pick<Wish, 'reason' | 'helper' | 'way'>
  readonly entry: CatalogEntry | null
  readonly host: string
}
