import type { ClearedToken, GivenToken, TokenView, WhichToken } from '#shared/broker/tokens.ts'
import { type CredentialRef, DEFAULT_ACCOUNT } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { cleanKey } from '../api-key.ts'
import type { ApiKey, CatalogEntry, Credential, Lifetime, OAuthGrant } from '../credential-record.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import type { OAuthProvider, Provider } from '../provider.ts'
import { meantEntries } from '../meant-entries.ts'
import { SEVERAL_ACCOUNTS } from './use-sentences.ts'

type GivenTokenPorts = {
  readonly clock: Pick<Clock, 'now'>
  readonly repository: Pick<CredentialRepository, 'find' | 'list' | 'load' | 'save'>
  readonly tokens: {
    exclusively<T>(ref: CredentialRef, task: () => Promise<T>): Promise<T>
    isAuthenticated(ref: CredentialRef): boolean
  }
  readonly directory: { find(service: string): Provider | null }
  /** The hosts that are known of a service; a program never names any. Empty: none are known. */
  readonly hostsOf: (service: string) => readonly string[]
  /** Removes an entry; a sign-in is revoked at its provider, too. */
  readonly signOut: (ref: CredentialRef) => Promise<unknown>
}

/** Asks the person before an entry of theirs is lost. Throws APPROVAL_DENIED. */
export type ConfirmLoss = (kind: 'replace' | 'delete', entry: CatalogEntry) => Promise<void>

/** Tokens that programs got elsewhere and hand in, with what is known of every token. */
export class GivenTokens {
  readonly #ports: GivenTokenPorts

  constructor(ports: GivenTokenPorts) {
    this.#ports = ports
  }

  /** What the catalog knows of a token. Null: there is none. Throws INVALID_REQUEST if several accounts are meant. */
  find(which: Pick<WhichToken, 'service' | 'account'>): CatalogEntry | null {
    const found = meantEntries(this.#ports.repository.list(), ({ ref }) => ref, which)
    if (found.length > 1) throw new VaultError('INVALID_REQUEST', { message: SEVERAL_ACCOUNTS })
    return found[0] ?? null
  }

  /** An entry as programs see it. `scope`: what it has to have to be usable; null: nothing. */
  view(entry: CatalogEntry, scope: string | null = null): TokenView {
    const { ref, expiry, scopesGranted, obtainedAt, renewable } = entry
    const hasScope = scope === null || scopesGranted.includes(scope) || !hasScopes(entry)
    return {
      ...ref,
      isUsable: hasScope && this.#ports.tokens.isAuthenticated(ref),
      expiresAt: expiry.kind === 'at' ? expiry.at.toISOString() : null,
      scopes: [...scopesGranted],
      createdAt: obtainedAt.toISOString(),
      isRenewable: renewable
    }
  }

  /**
   * Keeps a token; durable when it resolves. One that a program handed in before is replaced; an entry that the person
   * added is replaced only with `replace`, after `confirm`. A refresh token is kept where it can be spent: in the place
   * of a sign-in, or with the ID of a client for a service that people sign in to. Throws INVALID_REQUEST, KEYCHAIN_*,
   * STORE_WRITE_FAILED, and as `confirm`.
   */
  async set(given: GivenToken, confirm: ConfirmLoss): Promise<TokenView> {
    const { repository, tokens } = this.#ports
    const ref = { service: given.service, account: given.account ?? DEFAULT_ACCOUNT }
    const entry = repository.find(ref)
    const isOurs = entry !== null && (await this.#isGiven(entry))
    if (entry !== null && !isOurs) {
      requireReplaceable(entry, given.replace)
      await confirm('replace', entry)
    }
    await tokens.exclusively(ref, async () => {
      const now = repository.find(ref)
      if (!isSameEntry(now, entry)) throw new VaultError('INVALID_REQUEST', { message: CHANGED })
      const former = now === null || isOurs ? null : await repository.load(ref)
      await repository.save(this.#credentialOf(given, ref, former))
    })
    const saved = repository.find(ref)
    if (saved === null) throw new VaultError('STORE_WRITE_FAILED')
    return this.view(saved)
  }

  /** Removes an entry; one that the person added only after `confirm`. False: there was none. Throws as `set`. */
  async clear(which: ClearedToken, confirm: ConfirmLoss): Promise<boolean> {
    const entry = this.find(which)
    if (entry === null) return false
    if (!(await this.#isGiven(entry))) await confirm('delete', entry)
    await this.#ports.signOut(entry.ref)
    return true
  }

  /** True if a program has handed it in. An entry that can not be read counts as the person's. */
  async #isGiven({ kind, ref }: CatalogEntry): Promise<boolean> {
    if (kind !== 'api-key') return false
    const held = await this.#ports.repository.load(ref).catch((error: unknown) => {
      if (error instanceof VaultError && error.code === 'CREDENTIAL_UNREADABLE') return null
      throw error
    })
    return held?.kind === 'api-key' && held.scopes !== undefined
  }

  #credentialOf(given: GivenToken, ref: CredentialRef, former: Credential | null): Credential {
    const row = this.#ports.directory.find(ref.service)
    const { clientId, refreshToken } = given
    if (former?.kind === 'oauth') return this.#grantOf(given, ref, former)
    if (row?.kind === 'oauth' && clientId !== null && refreshToken !== null) {
      return this.#grantOf(given, ref, { provider: row, client: { id: clientId, secret: null } })
    }
    return this.#keyOf(given, ref, former)
  }

  #keyOf(given: GivenToken, ref: CredentialRef, former: Credential | null): ApiKey {
    const { directory, hostsOf } = this.#ports
    const now = this.#ports.clock.now()
    return {
      kind: 'api-key',
      ref,
      name: directory.find(ref.service)?.name ?? ref.service,
      key: cleanKey(given.accessToken),
      allowedHosts: former?.kind === 'api-key' ? former.allowedHosts : hostsOf(ref.service),
      expiry: lifetimeOf(given, now),
      scopes: given.scopes,
      obtainedAt: now,
      rotation: null
    }
  }

  #grantOf(
    given: GivenToken,
    ref: CredentialRef,
    { provider, client }: { readonly provider: OAuthProvider; readonly client: OAuthGrant['client'] }
  ): OAuthGrant {
    const now = this.#ports.clock.now()
    const refreshToken = given.refreshToken === null ? null : cleanKey(given.refreshToken)
    return {
      kind: 'oauth',
      ref,
      provider,
      client:
        given.clientId === null || given.clientId === client.id
          ? client
          : { id: given.clientId, secret: null },
      clientMark: null,
      tokens: {
        accessToken: cleanKey(given.accessToken),
        refreshToken,
        tokenType: 'Bearer',
        expiry: lifetimeOf(given, now),
        issuedAt: now
      },
      formerRefreshToken: null,
      scopesRequested: given.scopes,
      scopesGranted: given.scopes,
      subject: null,
      obtainedAt: now,
      refreshedAt: null
    }
  }
}

function lifetimeOf({ expiresIn }: GivenToken, now: Date): Lifetime {
  if (expiresIn === null) return { kind: 'never' }
  return { kind: 'at', at: new Date(now.getTime() + expiresIn * 1000) }
}

/** False: another entry came in its place while the person was asked. */
export const isSameEntry = (one: CatalogEntry | null, other: CatalogEntry | null): boolean =>
  one?.kind === other?.kind && one?.obtainedAt.getTime() === other?.obtainedAt.getTime()

/** Scopes count for sign-ins, and for keys that have some. */
const hasScopes = ({ kind, scopesGranted }: CatalogEntry): boolean =>
  kind === 'oauth' || scopesGranted.length > 0

/** Throws INVALID_REQUEST: a program that hands a token in does not take the place of what the person added. */
function requireReplaceable({ kind }: CatalogEntry, replace: boolean): void {
  const isOfItsKind = kind === 'oauth' || kind === 'api-key'
  if (isOfItsKind && replace) return
  throw new VaultError('INVALID_REQUEST', { message: isOfItsKind ? TAKEN : OTHER_KIND })
}

/** Said of an entry that changed while the person was asked. */
export const CHANGED = 'The entry was changed meanwhile. Nothing was done; look at it, then try again.'
const OTHER_KIND = 'An entry of another kind has this service and account. Name another account.'
const TAKEN =
  'You have added an entry with this service and account yourself. Replace it by name (replace: true), or name another account.'
