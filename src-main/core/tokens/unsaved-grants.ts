import { credentialKey } from '#shared/credential.ts'
import type { CredentialRef } from '#shared/credential.ts'
import type { Credential, OAuthGrant } from '../credential-record.ts'
import { type GrantHealth, codeOf } from './grant-health.ts'
import type { CredentialRepository } from '../ports.ts'
import { type RefreshJournal, quietly } from './refresh-journal.ts'
import { sameRefreshToken } from './token-choice.ts'

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
