import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import type { EntryLabels } from '#shared/entry-labels.ts'
import type { VaultError } from '#shared/problem.ts'
import { toCatalogEntry } from '../catalog-entry.ts'
import type { CatalogEntry, Credential, CredentialHealth } from '../credential-record.ts'
import type { CredentialRepository } from '../ports.ts'

/** Credentials in a map. `failSave` and `failLoad` make the next calls fail as a real store does. */
export class MemoryRepository implements CredentialRepository {
  readonly #records = new Map<string, Credential>()
  readonly #entries = new Map<string, CatalogEntry>()
  /** Every saved record, oldest first. */
  readonly saved: Credential[] = []
  readonly prepared: CredentialRef[] = []
  readonly #aside = new Map<string, CatalogEntry>()
  loads = 0
  failSave: VaultError | null = null
  failLoad: VaultError | null = null

  async load(ref: CredentialRef): Promise<Credential | null> {
    this.loads += 1
    if (this.failLoad !== null) throw this.failLoad
    if (this.isSetAside(ref)) return null
    return this.#records.get(credentialKey(ref)) ?? null
  }

  prepare(ref: CredentialRef): void {
    this.prepared.push(ref)
  }

  async save(credential: Credential): Promise<CatalogEntry> {
    if (this.failSave !== null) throw this.failSave
    const key = credentialKey(credential.ref)
    const entry = toCatalogEntry(credential, 'memory', this.#entries.get(key) ?? null)
    this.#aside.delete(key)
    this.#records.set(key, credential)
    this.#entries.set(key, entry)
    this.saved.push(credential)
    return entry
  }

  async remove(ref: CredentialRef): Promise<boolean> {
    this.#aside.delete(credentialKey(ref))
    this.#entries.delete(credentialKey(ref))
    return this.#records.delete(credentialKey(ref))
  }

  async setAside(ref: CredentialRef): Promise<boolean> {
    const key = credentialKey(ref)
    const entry = this.#entries.get(key)
    if (entry === undefined) return false
    this.#aside.set(key, entry)
    return this.#entries.delete(key)
  }

  async putBack(ref: CredentialRef): Promise<CatalogEntry | null> {
    const key = credentialKey(ref)
    const entry = this.#aside.get(key) ?? null
    if (entry !== null) this.#entries.set(key, entry)
    this.#aside.delete(key)
    return entry
  }

  async removeSetAside(ref: CredentialRef): Promise<boolean> {
    return this.isSetAside(ref) && (await this.remove(ref))
  }

  isSetAside(ref: CredentialRef): boolean {
    return this.#aside.has(credentialKey(ref))
  }

  list(): readonly CatalogEntry[] {
    return [...this.#entries.values()]
  }

  find(ref: CredentialRef): CatalogEntry | null {
    return this.#entries.get(credentialKey(ref)) ?? null
  }

  setHealth(ref: CredentialRef, health: CredentialHealth): CatalogEntry | null {
    return this.#change(ref, { health })
  }

  setLastUsed(ref: CredentialRef, at: Date): CatalogEntry | null {
    return this.#change(ref, { lastUsedAt: at })
  }

  setLabels(ref: CredentialRef, labels: EntryLabels | null): CatalogEntry | null {
    const entry = this.find(ref)
    if (entry === null) return null
    const { labels: _former, ...rest } = entry
    const changed = { ...rest, ...(labels && { labels }) }
    this.#entries.set(credentialKey(ref), changed)
    return changed
  }

  async recover(): Promise<void> {
    await Promise.resolve()
  }

  async storageHealth(): ReturnType<CredentialRepository['storageHealth']> {
    return { backend: 'memory', label: 'Memory', state: 'healthy', problem: null }
  }

  async idle(): Promise<void> {
    // All calls have already ended.
  }

  async close(): Promise<void> {
    await Promise.resolve()
  }

  #change(ref: CredentialRef, change: Partial<CatalogEntry>): CatalogEntry | null {
    const entry = this.find(ref)
    if (entry === null) return null
    const changed = { ...entry, ...change }
    this.#entries.set(credentialKey(ref), changed)
    return changed
  }
}
