import { join } from 'node:path'
import type { CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Secret } from '../../core/secret.ts'
import { assertEnvName, EnvFile } from './env-file.ts'
import { NamedEntries } from './named-entries.ts'
import type { ViewPorts } from './named-entries.ts'
import { distinctName, serviceFor } from './named-slug.ts'

const PREFIX = 'Latchkey Extension '
const LONGEST_SERVICE_NAME = 255
const LONGEST_SECRET = 65_536

/** A setting and its place: secrets are kept in the store, the rest in the extension's `.env`. */
export type ExtensionSetting =
  | { readonly kind: 'secret'; readonly name: string; readonly value: Secret }
  | { readonly kind: 'plain'; readonly name: string; readonly value: string }

export type ExtensionSettingsPorts = ViewPorts & {
  /** Name of the extension; any text. */
  readonly extension: string
  /** Folder of the extension, with its `.env`. */
  readonly folder: string
}

/**
 * Returns `Latchkey Extension {name}`, at most 255 characters, different for different names. Throws
 * INVALID_REQUEST.
 */
export function extensionServiceName(extension: string): string {
  const maxLength = LONGEST_SERVICE_NAME - PREFIX.length
  return PREFIX + distinctName(extension, { allowed: /^[A-Za-z0-9._-]$/, maxLength })
}

/**
 * The settings of one extension, by the names of their environment variables. A setting is kept in one place:
 * when it becomes a secret it leaves the `.env`, when it ceases to be a secret it leaves the store. If a
 * crash left it in both, the store's value wins. Every method throws INVALID_REQUEST for a name that is not
 * valid for an environment variable.
 */
export class ExtensionSettings {
  readonly #entries: NamedEntries<'extension'>
  readonly #env: EnvFile
  readonly #extension: string
  readonly #service: string
  readonly #shownName: string

  /** Throws INVALID_REQUEST for an extension without a usable name. */
  constructor({ extension, folder, ...ports }: ExtensionSettingsPorts) {
    this.#entries = new NamedEntries(ports, 'extension')
    this.#env = new EnvFile(join(folder, '.env'))
    this.#extension = extension
    this.#service = serviceFor('extension', extension)
    this.#shownName = extensionServiceName(extension)
  }

  /**
   * Returns the setting. Throws CREDENTIAL_UNREADABLE, KEYCHAIN_*: an unreadable secret does not count as
   * absent. Null: it is not set.
   */
  async get(name: string): Promise<ExtensionSetting | null> {
    const ref = this.#ref(name)
    // A plain setting must be readable without the keychain.
    const secret = this.#entries.find(ref) && (await this.#entries.load(ref))
    if (secret === null) {
      const value = await this.#env.get(name)
      return value === null ? null : { kind: 'plain', name, value }
    }
    if (secret.extension !== this.#extension) throw new VaultError('CREDENTIAL_UNREADABLE')
    return { kind: 'secret', name, value: secret.value }
  }

  /**
   * Sets a setting in its place and removes it from the other. Throws INVALID_REQUEST for an empty secret,
   * and KEYCHAIN_* or STORE_WRITE_FAILED with the old value still valid: a secret is never written to the
   * `.env` instead.
   */
  async set(setting: ExtensionSetting): Promise<void> {
    if (setting.kind === 'secret') await this.#setSecret(setting.name, setting.value)
    else await this.#setPlain(setting.name, setting.value)
  }

  /** Removes the setting from both places. False: it was not set. */
  async remove(name: string): Promise<boolean> {
    const ref = this.#ref(name)
    const wasSecret = this.#entries.find(ref) !== null && (await this.#entries.remove(ref))
    return (await this.#env.remove(name)) || wasSecret
  }

  /** Returns the settings and their places, sorted by name; never opens the keychain. */
  async list(): Promise<readonly Pick<ExtensionSetting, 'kind' | 'name'>[]> {
    const secrets = this.#entries.list().filter(({ ref }) => ref.service === this.#service)
    const kinds = new Map<string, ExtensionSetting['kind']>()
    for (const name of await this.#env.names()) kinds.set(name, 'plain')
    for (const { ref } of secrets) kinds.set(ref.account, 'secret')
    const names = [...kinds.keys()].toSorted()
    return names.map((name) => ({ kind: kinds.get(name) ?? 'plain', name }))
  }

  async #setSecret(name: string, value: Secret): Promise<void> {
    const ref = this.#ref(name)
    assertSecret(value)
    // The .env is read before any change: the old value could not be removed from an unreadable file.
    await this.#env.names()
    await this.#entries.save(ref, () => ({
      kind: 'extension',
      ref,
      name: this.#shownName,
      extension: this.#extension,
      value,
      obtainedAt: this.#entries.now()
    }))
    await this.#env.remove(name)
  }

  async #setPlain(name: string, value: string): Promise<void> {
    const isSecret = this.#entries.find(this.#ref(name)) !== null
    await this.#env.set(name, value)
    if (!isSecret) return
    try {
      await this.#entries.remove(this.#ref(name))
    } catch (error) {
      await this.#env.remove(name)
      throw error
    }
  }

  #ref(name: string): CredentialRef {
    assertEnvName(name)
    return { service: this.#service, account: name }
  }
}

function assertSecret(value: Secret): void {
  const isStorable = value.expose((text) => text.isWellFormed() && !text.includes('\0'))
  if (isStorable && value.length > 0 && value.length <= LONGEST_SECRET) return
  throw new VaultError('INVALID_REQUEST', {
    message:
      'A secret setting must be 1 to 65,536 characters of text, without NUL or half characters. To unset it, remove it.'
  })
}
