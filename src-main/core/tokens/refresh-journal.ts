import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Credential, OAuthGrant } from '../credential-record.ts'
import type { CredentialRepository } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { type GrantHealth, codeOf } from './grant-health.ts'
import { sameRefreshToken } from './token-choice.ts'

/**
 * A refresh that was begun and whose outcome may not be saved. `asked`: the request may have reached the
 * provider. `answered`: new tokens came, and their record may have been lost.
 */
export type OpenRefresh = { readonly step: 'asked' | 'answered'; readonly since: Date }

/**
 * Records each use of a refresh token before it happens, so that after a crash a lost rotation can be told
 * from an ended grant. Holds only a mark that identifies the token, never the token itself.
 */
export interface RefreshJournal {
  /**
   * Records the start of a refresh; durable when it returns. An open refresh with the same token stays as it
   * is. Throws STORE_WRITE_FAILED.
   */
  begin(ref: CredentialRef, spent: Secret, at: Date): void
  /** Records that new tokens came and are about to be saved. Throws STORE_WRITE_FAILED. */
  answered(ref: CredentialRef): void
  /** Closes a refresh whose outcome is saved or whose token was not spent. Throws STORE_WRITE_FAILED. */
  settle(ref: CredentialRef): void
  /** Returns the open refresh that spent this token. Null: none. Throws CREDENTIAL_UNREADABLE. */
  openFor(ref: CredentialRef, refreshToken: Secret): OpenRefresh | null
  /** Returns the credentials with an open refresh, the oldest first. Throws CREDENTIAL_UNREADABLE. */
  open(): readonly CredentialRef[]
}

/**
 * Runs `write` and ignores a VaultError: the journal only helps to understand a crash, and the store works
 * without it.
 */
export function quietly(write: () => void): void {
  try {
    write()
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
  }
}

/** Returns the result of `read`, or `otherwise` if the journal can't be read. */
export function readOr<T>(otherwise: T, read: () => T): T {
  let value = otherwise
  quietly(() => {
    value = read()
  })
  return value
}

type Ports = {
  readonly repository: Pick<CredentialRepository, 'load' | 'save'>
  readonly journal: Pick<RefreshJournal, 'settle'>
  readonly health: Pick<GrantHealth, 'unsaved'>
}

/** `over`: the grant that was stored when `grant` was made. */
type Unsaved = { readonly grant: OAuthGrant; readonly over: OAuthGrant }

/**
 * Refreshed grants on their way into the store. If saving fails, the grant stays in memory, the only place
 * that has its refresh token, until it or a newer one is saved.
 */
export class UnsavedGrants {
  readonly #ports: Ports
  readonly #kept = new Map<string, Unsaved>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Returns the unsaved grant. Null: the stored one is the newest. */
  of(ref: CredentialRef): OAuthGrant | null {
    return this.#kept.get(credentialKey(ref))?.grant ?? null
  }

  /**
   * Returns the newest credential. If another process has saved or removed it meanwhile, the grant in memory
   * is outdated and dropped. Null: no such credential. Throws CREDENTIAL_UNREADABLE or KEYCHAIN_*, but not
   * for a grant in memory.
   */
  async newest(ref: CredentialRef): Promise<Credential | null> {
    const kept = this.#kept.get(credentialKey(ref))
    if (kept === undefined) return await this.#ports.repository.load(ref)
    const { grant, over } = kept
    const isStillNewest = await this.#ports.repository.load(ref).then(
      (stored) => stored?.kind === 'oauth' && (isSame(stored, over) || isSame(stored, grant)),
      () => true
    )
    if (isStillNewest) return grant
    this.forget(ref)
    return await this.#ports.repository.load(ref)
  }

  /**
   * Saves a grant that was refreshed from `over`. Never throws: if saving fails, the grant stays in memory.
   */
  async store(grant: OAuthGrant, over: OAuthGrant): Promise<void> {
    this.#kept.set(credentialKey(grant.ref), { grant, over })
    await this.saveAgain(grant).catch(() => undefined)
  }

  /** Tries again to save the grant that `newest` returned. Throws STORE_WRITE_FAILED or KEYCHAIN_*. */
  async saveAgain(grant: OAuthGrant): Promise<void> {
    try {
      await this.#ports.repository.save(grant)
    } catch (error) {
      this.#ports.health.unsaved(grant.ref, codeOf(error))
      throw error
    }
    this.forget(grant.ref)
    quietly(() => this.#ports.journal.settle(grant.ref))
  }

  /** Makes a last try to save each grant, in its turn, when the vault closes. Never throws. */
  async saveAll(inTurn: (ref: CredentialRef, task: () => Promise<void>) => Promise<void>): Promise<void> {
    const refs = [...this.#kept.values()].map(({ grant }) => grant.ref)
    const save = async (ref: CredentialRef): Promise<void> => {
      await this.newest(ref)
      const grant = this.of(ref)
      if (grant !== null) await this.saveAgain(grant)
    }
    await Promise.allSettled(refs.map((ref) => inTurn(ref, () => save(ref))))
  }

  /** Forgets a grant that is saved, or whose credential was replaced or removed. */
  forget(ref: CredentialRef): void {
    this.#kept.delete(credentialKey(ref))
  }
}

function isSame(one: OAuthGrant, other: OAuthGrant): boolean {
  return sameRefreshToken(one, other) && one.obtainedAt.getTime() === other.obtainedAt.getTime()
}
