import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { isExpired } from '../../core/tokens/lifetime.ts'
import type { Secret } from '../../core/secret.ts'
import { keyExpired } from '../../core/tokens/token-problem.ts'
import { NamedEntries, saveNamedKey } from './named-entries.ts'
import type { ViewPorts } from './named-entries.ts'

const SERVICE = 'provider-key'
const SHOWN_NAME = 'Provider key'
const validName = /^[a-zA-Z0-9._-]{1,64}$/

/**
 * API keys by names of the person's own, as the credentials of the service `provider-key` (document 004). Every method
 * throws INVALID_REQUEST for a name that is not 1 to 64 letters, digits, dots, dashes or underscores. Names that
 * differ in case are different.
 */
export class ProviderKeyStorage {
  readonly #entries: NamedEntries<'api-key'>

  constructor(ports: ViewPorts) {
    this.#entries = new NamedEntries(ports, 'api-key')
  }

  /**
   * Replaces a key of that name. Spaces and line ends around the key are cut off. Durable when it resolves. Throws
   * INVALID_REQUEST for a key that is empty or has a line break inside, KEYCHAIN_*, STORE_WRITE_FAILED.
   */
  async saveKey(name: string, apiKey: string): Promise<void> {
    const ref = refOf(name)
    await saveNamedKey(this.#entries, { ref, name: SHOWN_NAME, key: apiKey, allowedHosts: [] })
  }

  /** Null: no such key. Throws CREDENTIAL_UNREADABLE, KEYCHAIN_*, SIGN_IN_REQUIRED for one past its expiry. */
  async getKey(name: string): Promise<Secret | null> {
    const held = await this.#entries.load(refOf(name))
    if (held === null) return null
    if (isExpired(held.expiry, this.#entries.now())) throw keyExpired(held.ref)
    return held.key
  }

  /** False: there was none. Throws KEYCHAIN_* or STORE_WRITE_FAILED. */
  async deleteKey(name: string): Promise<boolean> {
    return await this.#entries.remove(refOf(name))
  }

  /** Sorted names; never opens the keychain. */
  async listKeys(): Promise<string[]> {
    return this.#entries
      .list()
      .filter(({ ref }) => ref.service === SERVICE && validName.test(ref.account))
      .map(({ ref }) => ref.account)
      .toSorted()
  }

  /** True also for a key that can't be read at the moment; never opens the keychain. */
  async hasKey(name: string): Promise<boolean> {
    return this.#entries.find(refOf(name)) !== null
  }
}

/** The message never quotes the name: a key that was pasted in its place would be shown. */
function refOf(name: string): CredentialRef {
  if (validName.test(name)) return { service: SERVICE, account: name }
  throw new VaultError('INVALID_REQUEST', {
    message: 'The name of a key must be 1 to 64 letters, digits, dots, dashes or underscores.'
  })
}
