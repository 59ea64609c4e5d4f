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
  /** Where the paths of key files are kept: the catalog's preferences. A path is no secret. */
  readonly paths: Pick<Catalog, 'preference' | 'setPreference'>
  /** Default: the tools Latchkey knows. */
  readonly tools?: readonly ToolKeyRow[]
}

const storedPath = v.nullable(v.pipe(v.string(), v.check(isKeyfilePath)))

/**
 * Keys of the tools of a registry, as API keys of the services `tool.<name>`, or in files of the person's own. Every
 * method throws INVALID_REQUEST, naming the tools there are, for another tool.
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

  /** The tools there are. */
  tools(): readonly ToolKeyRow[] {
    return this.#tools
  }

  /** Replaces the tool's key; trimmed. Throws INVALID_REQUEST for no key, KEYCHAIN_*, STORE_WRITE_FAILED. */
  async saveKey(tool: string, key: string): Promise<void> {
    const { name, allowedHosts } = this.#row(tool)
    await saveNamedKey(this.#entries, { ref: refOf(tool), name, key, allowedHosts })
  }

  /** The stored key. Null: none. Throws CREDENTIAL_UNREADABLE, KEYCHAIN_*, SIGN_IN_REQUIRED past its expiry. */
  async getKey(tool: string): Promise<Secret | null> {
    this.#row(tool)
    const held = await this.#entries.load(refOf(tool))
    if (held === null) return null
    if (isExpired(held.expiry, this.#entries.now())) throw keyExpired(held.ref)
    return held.key
  }

  /** False: none was stored. Leaves a key file alone. Throws KEYCHAIN_* or STORE_WRITE_FAILED. */
  async deleteKey(tool: string): Promise<boolean> {
    this.#row(tool)
    return await this.#entries.remove(refOf(tool))
  }

  /** Whether a key is stored; never opens the keychain. */
  async hasKey(tool: string): Promise<boolean> {
    this.#row(tool)
    return this.#entries.find(refOf(tool)) !== null
  }

  /** The file is read at each use and need not be there yet. Throws INVALID_REQUEST for a path that is not absolute. */
  async setKeyfilePath(tool: string, path: string): Promise<void> {
    this.#row(tool)
    if (!isKeyfilePath(path)) {
      throw new VaultError('INVALID_REQUEST', { message: 'The path of a key file must be absolute.' })
    }
    this.#paths.setPreference(preferenceOf(tool), path)
  }

  /** Null: none is set. Throws CREDENTIAL_UNREADABLE if what is kept is not a path. */
  async getKeyfilePath(tool: string): Promise<string | null> {
    this.#row(tool)
    const stored = v.safeParse(storedPath, this.#paths.preference(preferenceOf(tool)))
    if (stored.success) return stored.output
    throw new VaultError('CREDENTIAL_UNREADABLE', {
      message: 'The path of the key file can’t be read. Set it again, or clear it.'
    })
  }

  /** False: none was set. The file itself stays. */
  async clearKeyfilePath(tool: string): Promise<boolean> {
    this.#row(tool)
    const wasSet = this.#paths.preference(preferenceOf(tool)) !== null
    if (wasSet) this.#paths.setPreference(preferenceOf(tool), null)
    return wasSet
  }

  /** The key in the tool's file. Null: no file is set. Throws CREDENTIAL_UNREADABLE as `readKeyfile`. */
  async readKeyfile(tool: string): Promise<Secret | null> {
    const path = await this.getKeyfilePath(tool)
    return path === null ? null : await readKeyfile(path)
  }

  /** The stored key, else the one in the file, else null. A key that is there and can't be read throws. */
  async resolveKey(tool: string): Promise<Secret | null> {
    return (await this.getKey(tool)) ?? (await this.readKeyfile(tool))
  }

  /** The message never quotes the name: a key that was pasted in its place would be shown. */
  #row(tool: string): ToolKeyRow {
    const row = this.#tools.find((each) => each.tool === tool)
    if (row !== undefined) return row
    const names = this.#tools.map((each) => each.tool).join(', ')
    throw new VaultError('INVALID_REQUEST', { message: `There is no such tool. Use one of: ${names}.` })
  }
}

const refOf = (tool: string): CredentialRef => ({ service: `tool.${tool}`, account: DEFAULT_ACCOUNT })
const preferenceOf = (tool: string): string => `keyfile.${tool}`

/** A tool that is used with a key of its own. */
type ToolKeyRow = {
  /** What the person and the tool call it: lower-case letters, digits and dashes. */
  readonly tool: string
  /** As the list shows it. */
  readonly name: string
  /** Exact hosts the key may be sent to. */
  readonly allowedHosts: readonly string[]
}

/** The tools Latchkey knows; another one is another row. */
export const toolKeyRegistry: readonly ToolKeyRow[] = [
  { tool: 'brave', name: 'Brave Search', allowedHosts: ['api.search.brave.com'] },
  { tool: 'exa', name: 'Exa', allowedHosts: ['api.exa.ai', 'mcp.exa.ai'] },
  { tool: 'tavily', name: 'Tavily', allowedHosts: ['api.tavily.com', 'mcp.tavily.com'] }
]
