import { DEFAULT_ACCOUNT } from '#shared/credential.ts'
import type { CredentialRef } from '#shared/credential.ts'
import { isEntryProblem, VaultError } from '#shared/problem.ts'
import type { ProblemCode } from '#shared/problem.ts'
import type { McpToken } from '../../core/credential-record.ts'
import { isExpired } from '../../core/tokens/lifetime.ts'
import { readMcpCredentials, toMcpCredentials } from './mcp-token-codec.ts'
import type { McpCredentials } from './mcp-token-codec.ts'
import { NamedEntries } from './named-entries.ts'
import type { ViewPorts } from './named-entries.ts'
import { serviceFor } from './named-slug.ts'

/** The credentials of every server, and the servers whose entry can't be read. */
export type AllMcpCredentials = {
  readonly credentials: ReadonlyMap<string, McpCredentials>
  readonly unreadable: readonly { readonly serverName: string; readonly code: ProblemCode }[]
}

/**
 * OAuth credentials of MCP servers, by the server's name, as credentials of the kind `mcp`. Different names
 * are different servers, even if a name has to be changed to be stored. The store is opened at the first
 * call.
 */
export class McpTokenStorage {
  readonly #entries: NamedEntries<'mcp'>

  constructor(ports: ViewPorts) {
    this.#entries = new NamedEntries(ports, 'mcp')
  }

  /**
   * Returns the credentials, also expired ones: their host may be able to refresh them. Never deletes. Throws
   * CREDENTIAL_UNREADABLE, KEYCHAIN_*. Null: this server has none.
   */
  async getCredentials(serverName: string): Promise<McpCredentials | null> {
    const record = await this.#entries.load(refOf(serverName))
    if (record === null) return null
    if (record.name !== serverName) throw new VaultError('CREDENTIAL_UNREADABLE')
    return toMcpCredentials(record)
  }

  /**
   * Replaces the credentials of `serverName` and sets `updatedAt`. `credentials` is JSON in the form of an
   * MCP host. Throws INVALID_REQUEST with the name of the wrong field, and KEYCHAIN_* or STORE_WRITE_FAILED
   * with the old ones unchanged.
   */
  async setCredentials(credentials: unknown): Promise<void> {
    const read = readMcpCredentials(credentials)
    const ref = refOf(read.name)
    const now = this.#entries.now()
    await this.#entries.save(ref, (former): McpToken => {
      const obtainedAt = former?.obtainedAt ?? now
      return { ...read, kind: 'mcp', ref, obtainedAt, updatedAt: now }
    })
  }

  /** Deletes the credentials. Throws KEYCHAIN_* or STORE_WRITE_FAILED. False: there were none. */
  async deleteCredentials(serverName: string): Promise<boolean> {
    return await this.#entries.remove(refOf(serverName))
  }

  /** Returns the names as their hosts wrote them, sorted; never opens the keychain. */
  async listServers(): Promise<string[]> {
    return this.#entries
      .list()
      .map(({ name }) => name)
      .toSorted()
  }

  /**
   * Returns all credentials. An entry that can't be read is reported, and the others are still returned.
   * `withoutExpired` leaves out expired ones without a refresh token. Throws KEYCHAIN_* if the keychain does
   * not answer.
   */
  async getAllCredentials({ withoutExpired = false } = {}): Promise<AllMcpCredentials> {
    const credentials = new Map<string, McpCredentials>()
    const unreadable: { serverName: string; code: ProblemCode }[] = []
    for (const { ref, name } of this.#entries.list()) {
      try {
        const record = await this.#entries.load(ref)
        if (record === null || (withoutExpired && this.#hasEnded(record))) continue
        credentials.set(record.name, toMcpCredentials(record))
      } catch (error) {
        if (!isEntryProblem(error)) throw error
        unreadable.push({ serverName: name, code: error.code })
      }
    }
    return { credentials, unreadable }
  }

  /**
   * Removes all entries, also unreadable ones, and returns their number. Tries every entry, then throws the
   * first error.
   */
  async clearAll(): Promise<number> {
    const failures: unknown[] = []
    let removed = 0
    for (const { ref } of this.#entries.list()) {
      try {
        if (await this.#entries.remove(ref)) removed += 1
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
    return removed
  }

  #hasEnded({ expiry, refreshToken }: McpToken): boolean {
    return refreshToken === null && isExpired(expiry, this.#entries.now())
  }
}

function refOf(serverName: string): CredentialRef {
  return { service: serviceFor('mcp', serverName), account: DEFAULT_ACCOUNT }
}
