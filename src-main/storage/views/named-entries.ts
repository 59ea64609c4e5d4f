import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { cleanKey } from '../../core/api-key.ts'
import type { CatalogEntry, Credential, KeptSecret } from '../../core/credential-record.ts'
import type { Clock, CredentialRepository } from '../../core/ports.ts'

type Kind = KeptSecret['kind']
type OfKind<K extends Kind> = Extract<Credential, { kind: K }>

/** The ports that a view of the store needs. */
export type ViewPorts = {
  readonly repository: Pick<
    CredentialRepository,
    'load' | 'save' | 'remove' | 'list' | 'find' | 'setLastUsed'
  >
  readonly clock: Pick<Clock, 'now'>
  /** Runs `task` alone for the credential and updates the lists afterwards: `TokenService.exclusively`. */
  readonly exclusively: <T>(ref: CredentialRef, task: () => Promise<T>) => Promise<T>
}

/**
 * The entries of one kind, for views that name them in their own way. Entries of other kinds are never
 * changed.
 */
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
   * Returns the entry. Throws CREDENTIAL_UNREADABLE, KEYCHAIN_*, and INVALID_REQUEST if an entry of another
   * kind has this service and account. Null: there is no such entry.
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
   * Saves what `make` returns for the present entry, or for null. Durable when it resolves. Throws
   * KEYCHAIN_*, STORE_WRITE_FAILED with the old one unchanged, INVALID_REQUEST as `load`.
   */
  async save(ref: CredentialRef, make: (former: CatalogEntry | null) => OfKind<K>): Promise<void> {
    await this.#ports.exclusively(ref, () => this.#ports.repository.save(make(this.find(ref))))
  }

  /** Removes the entry, also an unreadable one. Throws as `save`. False: there was none. */
  async remove(ref: CredentialRef): Promise<boolean> {
    return await this.#ports.exclusively(ref, async () => {
      this.find(ref)
      return await this.#ports.repository.remove(ref)
    })
  }

  /** Finds the entry in the catalog alone. Throws INVALID_REQUEST as `load`. Null: there is none. */
  find(ref: CredentialRef): CatalogEntry | null {
    const entry = this.#ports.repository.find(ref)
    if (entry !== null && entry.kind !== this.#kind) throw taken()
    return entry
  }

  /** Returns the entries of this kind, from the catalog alone. */
  list(): readonly CatalogEntry[] {
    return this.#ports.repository.list().filter(({ kind }) => kind === this.#kind)
  }

  #isMine(held: Credential): held is OfKind<K> {
    return held.kind === this.#kind
  }

  /** Records the use. A failed write does not keep the secret from its caller. */
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
  /** Name in the list. */
  readonly name: string
  readonly key: string
  /** Hosts for a first key; a key that replaces another keeps the hosts of the old one. */
  readonly allowedHosts: readonly string[]
  /** Hosts that the person named; they count for a key that replaces another, too. Absent or null: none were named. */
  readonly namedHosts?: readonly string[] | null
}

/** Saves a key, trimmed. Throws INVALID_REQUEST if it is empty or has a line break inside, and as `save`. */
export async function saveNamedKey(
  entries: NamedEntries<'api-key'>,
  { ref, name, key, allowedHosts, namedHosts = null }: NewKey
): Promise<void> {
  const secret = cleanKey(key)
  await entries.save(ref, (former) => ({
    kind: 'api-key',
    ref,
    name,
    key: secret,
    allowedHosts: namedHosts ?? former?.allowedHosts ?? allowedHosts,
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
