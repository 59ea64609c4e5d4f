import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { cleanKey } from '../../core/api-key.ts'
import type { CatalogEntry, Credential, KeptSecret } from '../../core/credential-record.ts'
import type { Clock, CredentialRepository } from '../../core/ports.ts'

type Kind = KeptSecret['kind']
type OfKind<K extends Kind> = Extract<Credential, { kind: K }>

/** What a view over the one store stands on. */
export type ViewPorts = {
  readonly repository: Pick<
    CredentialRepository,
    'load' | 'save' | 'remove' | 'list' | 'find' | 'setLastUsed'
  >
  readonly clock: Pick<Clock, 'now'>
  /** Nothing else happens to the credential meanwhile, and the lists are told afterwards: `TokenService.exclusively`. */
  readonly exclusively: <T>(ref: CredentialRef, task: () => Promise<T>) => Promise<T>
}

/** The entries of one kind, for views that give them names of their own. Another kind's entry is never touched. */
export class NamedEntries<K extends Kind> {
  readonly #ports: ViewPorts
  readonly #kind: K

  constructor(ports: ViewPorts, kind: K) {
    this.#ports = ports
    this.#kind = kind
  }

  now(): Date {
    return this.#ports.clock.now()
  }

  /**
   * Null: no such entry. Throws CREDENTIAL_UNREADABLE, KEYCHAIN_*, and INVALID_REQUEST if an entry of another kind has
   * this place.
   */
  async load(ref: CredentialRef): Promise<OfKind<K> | null> {
    this.find(ref)
    const held = await this.#ports.repository.load(ref)
    if (held === null) return null
    if (!this.#isMine(held)) throw taken()
    this.#noteUse(ref)
    return held
  }

  /**
   * Stores what `make` builds from the entry that is there, or from null. Durable when it resolves. Throws KEYCHAIN_*,
   * STORE_WRITE_FAILED with the old one unchanged, INVALID_REQUEST as `load`.
   */
  async save(ref: CredentialRef, make: (former: CatalogEntry | null) => OfKind<K>): Promise<void> {
    await this.#ports.exclusively(ref, () => this.#ports.repository.save(make(this.find(ref))))
  }

  /** False: there was none. An entry that can't be read goes too. Throws as `save`. */
  async remove(ref: CredentialRef): Promise<boolean> {
    return await this.#ports.exclusively(ref, async () => {
      this.find(ref)
      return await this.#ports.repository.remove(ref)
    })
  }

  /** From the catalog alone. Null: none. Throws INVALID_REQUEST as `load`. */
  find(ref: CredentialRef): CatalogEntry | null {
    const entry = this.#ports.repository.find(ref)
    if (entry !== null && entry.kind !== this.#kind) throw taken()
    return entry
  }

  /** Entries of this kind, from the catalog alone. */
  list(): readonly CatalogEntry[] {
    return this.#ports.repository.list().filter(({ kind }) => kind === this.#kind)
  }

  #isMine(held: Credential): held is OfKind<K> {
    return held.kind === this.#kind
  }

  /** A record of use that can not be written is no reason to keep a secret back. */
  #noteUse(ref: CredentialRef): void {
    try {
      this.#ports.repository.setLastUsed(ref, this.now())
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
    }
  }
}

type NewKey = {
  readonly ref: CredentialRef
  /** As the list shows it. */
  readonly name: string
  readonly key: string
  /** Where a first key may be sent; a key that replaces one keeps the hosts of that one. */
  readonly allowedHosts: readonly string[]
}

/** Saves a key as typed: trimmed, refused with INVALID_REQUEST if empty or broken over lines. Throws as `save`. */
export async function saveNamedKey(
  entries: NamedEntries<'api-key'>,
  { ref, name, key, allowedHosts }: NewKey
): Promise<void> {
  const secret = cleanKey(key)
  await entries.save(ref, (former) => ({
    kind: 'api-key',
    ref,
    name,
    key: secret,
    allowedHosts: former?.allowedHosts ?? allowedHosts,
    expiry: { kind: 'never' },
    obtainedAt: entries.now(),
    rotation: null
  }))
}

function taken(): VaultError {
  return new VaultError('INVALID_REQUEST', {
    message:
      'An entry of another kind has this service and account. Remove it in Latchkey, or use another name.'
  })
}
