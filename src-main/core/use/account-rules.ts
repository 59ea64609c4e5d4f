import type { AccountRule, RuleCondition } from '#shared/broker/account-rules.ts'
import type { Whereabouts } from '#shared/broker/whereabouts.ts'
import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'

type Ports = {
  readonly read: () => readonly AccountRule[]
  /** Throws STORE_WRITE_FAILED. */
  readonly write: (rules: readonly AccountRule[]) => void
  readonly isThere: (ref: CredentialRef) => boolean
  /** The service that is meant by a name; see `meantEntries`. */
  readonly meantService: (name: string) => string
  /** A paired program of this name is there. */
  readonly isPaired: (name: string) => boolean
}

/** Where a request comes from. `client`: the name of the program; `from`: what it says of its place, null: nothing. */
type Asker = { readonly client: string; readonly from: Whereabouts | null }

type Named = { readonly service: string; readonly account: string | null }

const MOST = 1000

/** The person's rules that choose an account where a request names none. They allow nothing. */
export class AccountRules {
  readonly #ports: Ports
  #all: readonly AccountRule[]

  constructor(ports: Ports) {
    this.#ports = ports
    this.#all = ports.read()
  }

  list(): readonly AccountRule[] {
    return this.#all
  }

  /** Throws UNKNOWN_SERVICE without such an entry, INVALID_REQUEST, STORE_WRITE_FAILED. */
  set(wish: AccountRule): void {
    const rule = { ...wish, service: this.#ports.meantService(wish.service) }
    const { service, account, when } = rule
    if (!this.#ports.isThere({ service, account })) {
      throw new VaultError('UNKNOWN_SERVICE', { message: 'There is no entry with this service and account.' })
    }
    if (when.kind === 'client' && !this.#ports.isPaired(when.client)) {
      throw invalid('No program of this name is paired. “latchkey pair --list” lists them.')
    }
    const others = this.#all.filter((each) => !isSame(each, rule))
    if (others.length >= MOST) throw invalid('There are a thousand rules. Remove one first.')
    this.#save([...others, rule])
  }

  /** Throws INVALID_REQUEST if there is no such rule, and STORE_WRITE_FAILED. */
  remove({ service, when }: Pick<AccountRule, 'service' | 'when'>): void {
    const rule = { service: this.#ports.meantService(service), when }
    const others = this.#all.filter((each) => !isSame(each, rule))
    if (others.length === this.#all.length)
      throw invalid('There is no such rule. “latchkey switch --list” lists them.')
    this.#save(others)
  }

  /**
   * Returns the rule that decides about a service. Null: none does. A rule for the program comes first, because it has
   * proved its name; then that of the deepest folder, then that of the longest owner.
   */
  deciding(service: string, asker: Asker): AccountRule | null {
    const weighed = this.#all
      .filter((rule) => rule.service === service)
      .map((rule) => ({ rule, weight: weightOf(rule.when, asker) }))
      .filter(({ weight }) => weight > 0)
      .toSorted((one, other) => other.weight - one.weight)
    return weighed[0]?.rule ?? null
  }

  /**
   * Returns the account that is meant; null: the only one of the service. Throws UNKNOWN_SERVICE if the account of the
   * rule is not there: another one is never taken in its place.
   */
  accountFor({ service: name, account }: Named, asker: Asker): string | null {
    if (account !== null) return account
    const service = this.#ports.meantService(name)
    const chosen = this.deciding(service, asker)?.account ?? null
    if (chosen === null || this.#ports.isThere({ service, account: chosen })) return chosen
    throw new VaultError('UNKNOWN_SERVICE', { message: GONE })
  }

  #save(all: readonly AccountRule[]): void {
    this.#ports.write(all)
    this.#all = all
  }
}

const GONE =
  'The account that your rule chooses here is no longer kept. Sign in to it, or see “latchkey switch --list”.'

/** Lengths are below this, so a kind of condition outweighs any length of the next one. */
const KIND = 10_000

/** 0: the condition does not hold. */
function weightOf(when: RuleCondition, { client, from }: Asker): number {
  switch (when.kind) {
    case 'client':
      return when.client === client ? 2 * KIND : 0
    case 'folder':
      return from !== null && isBelow(from.folder, when.folder) ? KIND + when.folder.length : 0
    case 'owner':
      return from?.remotes.some((remote) => isOwnedBy(remote, when.owner)) === true ? when.owner.length : 0
  }
}

/** True for the folder itself, too. */
function isBelow(path: string, folder: string): boolean {
  const top = folder.replace(/[/\\]+$/, '')
  return path === folder || path === top || path.startsWith(`${top}/`) || path.startsWith(`${top}\\`)
}

/** `remote`: `host/owner/name`. An owner without a host is that of any host. */
function isOwnedBy(remote: string, owner: string): boolean {
  const path = remote.slice(remote.indexOf('/') + 1)
  return `${remote}/`.startsWith(`${owner}/`) || `${path}/`.startsWith(`${owner}/`)
}

function isSame(one: Pick<AccountRule, 'service' | 'when'>, other: Pick<AccountRule, 'service' | 'when'>) {
  return one.service === other.service && conditionKey(one.when) === conditionKey(other.when)
}

function conditionKey(when: RuleCondition): string {
  switch (when.kind) {
    case 'folder':
      return `folder ${when.folder}`
    case 'owner':
      return `owner ${when.owner}`
    case 'client':
      return `client ${when.client}`
  }
}

const invalid = (message: string): VaultError => new VaultError('INVALID_REQUEST', { message })
