import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Credential, CatalogEntry } from '../credential-record.ts'
import { secretOf } from '../catalog-entry.ts'
import type { CredentialRepository } from '../ports.ts'
import type { Secret } from '../secret.ts'
import type { AccessPreset } from './access-preset.ts'
import { relayed } from './approval.ts'
import type { Approvals } from './approvals.ts'
import type { Client } from './client.ts'
import type { Asked, HandOut } from './hand-out.ts'
import { fittingPlaces, helperHost, type HelperPlace, helperPlaces } from './helper-choice.ts'
import type { PermissionCaller } from './permission.ts'
import type { Policy } from './policy.ts'
import type { UsePorts } from './use-ports.ts'
import { SEVERAL_FOR_HELPER } from './use-sentences.ts'

export type HelperPorts = Pick<UsePorts, 'rulesFor'> & {
  readonly approvals: Pick<Approvals, 'given'>
  readonly handOut: Pick<HandOut, 'giveToHelper'>
  readonly repository: Pick<CredentialRepository, 'find' | 'list'>
  /** The rules of the person now. Throws CONFIG_INVALID. */
  readonly policy: () => Promise<Policy>
  readonly presetOf: (entry: CatalogEntry) => AccessPreset | null
  /** The newest of a credential. Null: there is none. Throws CREDENTIAL_UNREADABLE or KEYCHAIN_*. */
  readonly current: (ref: CredentialRef) => Promise<Credential | null>
  /** SHA-256 of a text, in hex. */
  readonly digest: (text: string) => string
}

/** What a tool asks for by its helper. */
export type HelperWish = {
  readonly helper: string
  /** `host` or `host:port`; without a port, 443. */
  readonly host: string
  readonly path: string | null
  readonly user: string | null
  /** Null: any service that has a credential for this host. */
  readonly service: string | null
  readonly account: string | null
  readonly scope: string | null
  readonly waits: boolean
  /** The account that a rule of the person chooses for a service; null: none. Absent: there are no rules. */
  readonly chosen?: (service: string) => string | null
}

/** A credential for a tool. `expiresAt` null: no end is known. */
export type GivenToHelper = {
  readonly kind: 'given'
  readonly entry: CatalogEntry
  readonly user: string
  readonly secret: Secret
  readonly expiresAt: Date | null
}

type Suspicion = Pick<HelperWish, 'helper' | 'host'> & { readonly digest: string | null }

/** Gives credentials to the helpers of tools, each for one host, after the person has allowed that. */
export class Helpers {
  readonly #ports: HelperPorts
  /** Values that a tool says were refused, by their credential; each counts for the next time it is given out. */
  readonly #suspects = new Map<string, Secret>()

  constructor(ports: HelperPorts) {
    this.#ports = ports
  }

  /**
   * Gives the credential that fits. Null: Latchkey has nothing for this host. Throws INVALID_REQUEST if several fit,
   * and as `HandOut.giveToHelper`.
   */
  async credential(wish: HelperWish, caller: PermissionCaller): Promise<GivenToHelper | Asked | null> {
    const place = this.#chosen(fittingPlaces(await this.#placesAt(wish), wish), wish, caller.client)
    if (place === null) return null
    const { entry, host, user } = place
    const { helper, scope, waits } = wish
    const key = credentialKey(entry.ref)
    const rejected = this.#suspects.get(key) ?? null
    const given = { helper, host, scope, waits, rejected }
    const answer = await this.#ports.handOut
      .giveToHelper(entry.ref, given, caller)
      .catch((error: unknown) => {
        // One try: a provider that is out of reach must not keep back a value that a host refused without reason.
        this.#suspects.delete(key)
        throw error
      })
    if (answer.kind === 'question') return answer
    this.#suspects.delete(key)
    const { expiry } = this.#ports.repository.find(entry.ref) ?? entry
    const { secret, until = expiry.kind === 'at' ? expiry.at : null } = answer
    return { kind: 'given', entry, user, secret, expiresAt: until }
  }

  /** Every place at which a helper could be given a credential, with whether it needs no question. */
  async everyPlace(
    helper: string,
    client: Client
  ): Promise<readonly (HelperPlace & { readonly isAllowed: boolean })[]> {
    return (await this.#places(helper)).map((place) => ({
      ...place,
      isAllowed: this.#isAllowed({ helper, scope: null }, place, client)
    }))
  }

  /** What a helper would be given at once: it is allowed, can be read, and needs no sign-in. */
  async accounts(helper: string, client: Client): Promise<readonly HelperPlace[]> {
    const allowed = (await this.#places(helper)).filter(
      (place) =>
        !['needs-sign-in', 'unreadable'].includes(place.entry.health.kind) &&
        this.#isAllowed({ helper, scope: null }, place, client)
    )
    const checked = await Promise.all(
      allowed.map(async (place): Promise<HelperPlace[]> => {
        const rules = await this.#ports.rulesFor(place.entry, client)
        const held = rules === null ? null : await this.#ports.current(place.entry.ref).catch(() => null)
        return held === null ? [] : [place]
      })
    )
    return checked.flat()
  }

  /**
   * Notes that a host refused a value. If it is the present one and can be refreshed, the next time it is given out it
   * is refreshed first. Nothing is removed. `digest` null: it is not said which value; then the present one, of what the
   * helper is allowed there.
   */
  async suspect({ helper, host, digest }: Suspicion, client: Client): Promise<void> {
    for (const place of await this.#placesAt({ helper, host, service: null })) {
      const { entry } = place
      const isMeant = digest !== null || this.#isAllowed({ helper, scope: null }, place, client)
      if (!entry.renewable || !isMeant) continue
      const held = await this.#ports.current(entry.ref)
      if (held === null) continue
      const secret = held.kind === 'oauth' ? held.tokens.accessToken : secretOf(held)
      if (digest === null || secret.expose(this.#ports.digest) === digest) {
        this.#suspects.set(credentialKey(entry.ref), secret)
      }
    }
  }

  async #places(helper: string): Promise<readonly HelperPlace[]> {
    const { policy, presetOf, repository } = this.#ports
    return helperPlaces(helper, { entries: repository.list(), presetOf, policy: await policy() })
  }

  async #placesAt(wish: Pick<HelperWish, 'helper' | 'host' | 'service'>): Promise<readonly HelperPlace[]> {
    const host = helperHost(wish.host)
    const all = host === null ? [] : await this.#places(wish.helper)
    return all.filter(
      (place) => place.host === host && (wish.service ?? place.entry.ref.service) === place.entry.ref.service
    )
  }

  /** Of several the one that a rule chooses, else the one that this helper is allowed already. Null: there is none at all. */
  #chosen(
    fitting: readonly HelperPlace[],
    { helper, scope, chosen }: HelperWish,
    client: Client
  ): HelperPlace | null {
    const byRule = fitting.filter(({ entry: { ref } }) => chosen?.(ref.service) === ref.account)
    const meant = byRule.length > 0 ? byRule : fitting
    const allowed = meant.filter((place) => this.#isAllowed({ helper, scope }, place, client))
    const [place = null, ...others] = meant.length > 1 && allowed.length > 0 ? allowed : meant
    if (others.length === 0) return place
    throw new VaultError('INVALID_REQUEST', { message: SEVERAL_FOR_HELPER })
  }

  #isAllowed(
    of: Pick<HelperWish, 'helper' | 'scope'>,
    { entry, host }: HelperPlace,
    client: Client
  ): boolean {
    const who = { client: client.id, run: null, credential: credentialKey(entry.ref) }
    return this.#ports.approvals.given.isKept({ ...who, ...of, ...relayed, mode: 'helper', host })
  }
}
