import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { SAVED_KEYS } from '../../core/meant-entries.ts'
import { isExpired } from '../../core/tokens/lifetime.ts'
import type { Secret } from '../../core/secret.ts'
import { keyExpired } from '../../core/tokens/token-problem.ts'
import { NamedEntries, saveNamedKey } from './named-entries.ts'
import type { ViewPorts } from './named-entries.ts'

const SHOWN_NAME = 'Provider key'
const validName = /^[a-zA-Z0-9._-]{1,64}$/

/**
 * API keys by names that the person chooses, as credentials of the service `provider-key` (document 004).
 * Every method throws INVALID_REQUEST unless the name has 1 to 64 letters, digits, dots, dashes or
 * underscores. The case of names counts.
 */
export class ProviderKeyStorage {
  readonly #entries: NamedEntries<'api-key'>

  constructor(ports: ViewPorts) {
    this.#entries = new NamedEntries(ports, 'api-key')
  }

  /**
   * Saves a key and replaces an older one of that name. Spaces and line ends around the key are removed.
   * Durable when it resolves. Throws INVALID_REQUEST for a key that is empty or has a line break inside,
   * KEYCHAIN_*, STORE_WRITE_FAILED. `hosts`: where it may be sent; null: as the older one, or nowhere.
   */
  async saveKey(name: string, apiKey: string, hosts: readonly string[] | null = null): Promise<void> {
    const ref = refOf(name)
    const key = { ref, name: SHOWN_NAME, key: apiKey, allowedHosts: [], namedHosts: hosts }
    await saveNamedKey(this.#entries, key)
  }

  /**
   * Returns the key. Throws CREDENTIAL_UNREADABLE, KEYCHAIN_*, and SIGN_IN_REQUIRED for an expired key. Null:
   * there is none.
   */
  async getKey(name: string): Promise<Secret | null> {
    const held = await this.#entries.load(refOf(name))
    if (held === null) return null
    if (isExpired(held.expiry, this.#entries.now())) throw keyExpired(held.ref)
    return held.key
  }

  /** Deletes the key. Throws KEYCHAIN_* or STORE_WRITE_FAILED. False: there was none. */
  async deleteKey(name: string): Promise<boolean> {
    return await this.#entries.remove(refOf(name))
  }

  /** Returns the names, sorted; never opens the keychain. */
  async listKeys(): Promise<string[]> {
    return this.#entries
      .list()
      .filter(({ ref }) => ref.service === SAVED_KEYS && validName.test(ref.account))
      .map(({ ref }) => ref.account)
      .toSorted()
  }

  /** True also for a key that can't be read at present; never opens the keychain. */
  async hasKey(name: string): Promise<boolean> {
    return this.#entries.find(refOf(name)) !== null
  }
}

/**
 * Returns the ref of a name. The error does not quote the name, because it may be a key pasted into the wrong
 * field.
 */
function refOf(name: string): CredentialRef {
  if (validName.test(name)) return { service: SAVED_KEYS, account: name }
  throw new VaultError('INVALID_REQUEST', {
    message: 'The name of a key must be 1 to 64 letters, digits, dots, dashes or underscores.'
  })
}
