import * as v from 'valibot'
import { DEFAULT_ACCOUNT, type CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import { isExpired } from '../../core/tokens/lifetime.ts'
import type { Secret } from '../../core/secret.ts'
import { keyExpired } from '../../core/tokens/token-problem.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { NamedEntries, saveNamedKey, type ViewPorts } from './named-entries.ts'
import { isKeyfilePath, readKeyfile } from './tool-key-file.ts'

export type ToolKeyPorts = ViewPorts & {
  /** Storage of the paths of key files: the catalog's preferences. A path is not secret. */
  readonly paths: Pick<Catalog, 'preference' | 'setPreference'>
  /** Default: the tools that Latchkey knows. */
  readonly tools?: readonly ToolKeyRow[]
}

const storedPath = v.nullable(v.pipe(v.string(), v.check(isKeyfilePath)))

/**
 * Keys of the tools of a registry, as API keys of the services `tool.<name>`, or in files of the person's
 * own. Every method throws INVALID_REQUEST for an unknown tool; the message names the known ones.
 */
export class ToolKeyStorage {
  readonly #entries: NamedEntries<'api-key'>
  readonly #paths: ToolKeyPorts['paths']
  readonly #tools: readonly ToolKeyRow[]

  constructor(ports: ToolKeyPorts) {
    this.#entries = new NamedEntries(ports, 'api-key')
    this.#paths = ports.paths
    this.#tools = ports.tools ?? toolKeyRegistry
  }

  /** Returns the known tools. */
  tools(): readonly ToolKeyRow[] {
    return this.#tools
  }

  /**
   * Replaces the tool's key, trimmed. Throws INVALID_REQUEST for an empty key, KEYCHAIN_*,
   * STORE_WRITE_FAILED.
   */
  async saveKey(tool: string, key: string): Promise<void> {
    const { name, allowedHosts } = this.#row(tool)
    await saveNamedKey(this.#entries, { ref: refOf(tool), name, key, allowedHosts })
  }

  /**
   * Returns the stored key. Throws CREDENTIAL_UNREADABLE, KEYCHAIN_*, and SIGN_IN_REQUIRED for an expired
   * key. Null: there is none.
   */
  async getKey(tool: string): Promise<Secret | null> {
    this.#row(tool)
    const held = await this.#entries.load(refOf(tool))
    if (held === null) return null
    if (isExpired(held.expiry, this.#entries.now())) throw keyExpired(held.ref)
    return held.key
  }

  /**
   * Deletes the stored key; a key file stays. Throws KEYCHAIN_* or STORE_WRITE_FAILED. False: no key was
   * stored.
   */
  async deleteKey(tool: string): Promise<boolean> {
    this.#row(tool)
    return await this.#entries.remove(refOf(tool))
  }

  /** Returns whether a key is stored; never opens the keychain. */
  async hasKey(tool: string): Promise<boolean> {
    this.#row(tool)
    return this.#entries.find(refOf(tool)) !== null
  }

  /**
   * Sets the path of the key file, which is read at each use and need not exist yet. Throws INVALID_REQUEST
   * for a path that is not absolute.
   */
  async setKeyfilePath(tool: string, path: string): Promise<void> {
    this.#row(tool)
    if (!isKeyfilePath(path)) {
      throw new VaultError('INVALID_REQUEST', { message: 'The path of a key file must be absolute.' })
    }
    this.#paths.setPreference(preferenceOf(tool), path)
  }

  /**
   * Returns the path of the key file. Throws CREDENTIAL_UNREADABLE if the stored value is not a path. Null:
   * none is set.
   */
  async getKeyfilePath(tool: string): Promise<string | null> {
    this.#row(tool)
    const stored = v.safeParse(storedPath, this.#paths.preference(preferenceOf(tool)))
    if (stored.success) return stored.output
    throw new VaultError('CREDENTIAL_UNREADABLE', {
      message: 'The path of the key file can’t be read. Set it again, or clear it.'
    })
  }

  /** Clears the path; the file itself stays. False: none was set. */
  async clearKeyfilePath(tool: string): Promise<boolean> {
    this.#row(tool)
    const wasSet = this.#paths.preference(preferenceOf(tool)) !== null
    if (wasSet) this.#paths.setPreference(preferenceOf(tool), null)
    return wasSet
  }

  /**
   * Returns the key in the tool's file. Throws CREDENTIAL_UNREADABLE as `readKeyfile`. Null: no file is set.
   */
  async readKeyfile(tool: string): Promise<Secret | null> {
    const path = await this.getKeyfilePath(tool)
    return path === null ? null : await readKeyfile(path)
  }

  /**
   * Returns the stored key, else the one in the file, else null. Throws if the key exists but can't be read.
   */
  async resolveKey(tool: string): Promise<Secret | null> {
    return (await this.getKey(tool)) ?? (await this.readKeyfile(tool))
  }

  /**
   * Returns the row of a tool. The error does not quote the name, because it may be a key pasted into the
   * wrong field.
   */
  #row(tool: string): ToolKeyRow {
    const row = this.#tools.find((each) => each.tool === tool)
    if (row !== undefined) return row
    const names = this.#tools.map((each) => each.tool).join(', ')
    throw new VaultError('INVALID_REQUEST', { message: `There is no such tool. Use one of: ${names}.` })
  }
}

const refOf = (tool: string): CredentialRef => ({ service: `tool.${tool}`, account: DEFAULT_ACCOUNT })
const preferenceOf = (tool: string): string => `keyfile.${tool}`

/** A tool that needs a key of its own. */
type ToolKeyRow = {
  /** Name for the person and the tool: lower-case letters, digits and dashes. */
  readonly tool: string
  /** Name in the list. */
  readonly name: string
  /** Exact hosts that the key may be sent to. */
  readonly allowedHosts: readonly string[]
}

/** The tools that Latchkey knows; each further tool needs a row. */
export const toolKeyRegistry: readonly ToolKeyRow[] = [
  { tool: 'brave', name: 'Brave Search', allowedHosts: ['api.search.brave.com'] },
  { tool: 'exa', name: 'Exa', allowedHosts: ['api.exa.ai', 'mcp.exa.ai'] },
  { tool: 'tavily', name: 'Tavily', allowedHosts: ['api.tavily.com', 'mcp.tavily.com'] }
]
