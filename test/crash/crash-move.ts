import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sweepTemporaryFiles, writeFileAtomic } from '../../src-main/storage/files/atomic-file.ts'
import { createEncryptedFileBackend } from '../../src-main/storage/backends/encrypted-file-backend.ts'
import type { SecretBackend } from '../../src-main/core/ports.ts'
import { moveSecrets } from '../../src-main/storage/moving/move-backend.ts'
import { createPlainFileBackend } from '../../src-main/storage/backends/plain-file-backend.ts'
import { readPrivateFile } from '../../src-main/storage/files/private-files.ts'
import type { Act, Version } from './crash-scenarios.ts'

const values = new Map(['one', 'two', 'three'].map((key) => [key, `value of ${key} ${'x'.repeat(700)}`]))
const storeIds = ['encrypted-file', 'plain-file'] as const
type StoreId = (typeof storeIds)[number]
/** The store in use, and the version of the move that chose it, as in the configuration of a home. */
type Chosen = { readonly store: StoreId; readonly version: number }

/**
 * Moves all entries from one real store of files to another and back; the version is that of the last move.
 * An interrupted move goes on in the next round, so that kills hit every part of it.
 */
export class CrashMove {
  readonly #dir: string
  readonly #stores: Record<StoreId, SecretBackend>
  /** The next or the interrupted move. Null: no store is in use yet. */
  #plan: Chosen | null = null

  constructor(dir: string) {
    this.#dir = dir
    this.#stores = {
      'encrypted-file': createEncryptedFileBackend({ dir: join(dir, 'sealed'), keyDir: join(dir, 'key') }),
      'plain-file': createPlainFileBackend({
        dir: join(dir, 'plain'),
        insecurePlainText: true,
        onWarning: () => undefined
      })
    }
  }

  async round(next: () => number, act: Act): Promise<void> {
    const plan = this.#plan ?? { store: 'encrypted-file', version: next() }
    if (this.#plan) await act(plan.version, () => this.#move(plan))
    else await act(plan.version, () => this.#write('chosen', plan))
    this.#plan = { store: other(plan.store), version: next() }
  }

  /** Returns the version. A text says what is wrong: the store in use must hold every entry at any moment. */
  async found(next: () => number): Promise<Version | string> {
    for (const name of ['', 'sealed', 'key', 'plain']) await sweepTemporaryFiles(join(this.#dir, name))
    const chosen = await this.#read<Chosen>('chosen')
    if (!chosen) return this.#fill()
    if (!(await this.#isWhole(chosen.store))) return 'the store in use is not whole'
    const isMoving = (await this.#read('journal')) !== null
    const interrupted = isMoving ? await this.#read<Chosen>('plan') : null
    this.#plan = interrupted ?? { store: other(chosen.store), version: next() }
    const left = isMoving ? [] : await this.#stores[other(chosen.store)].list()
    return left.length === 0 ? chosen.version : `${left.length} entries stayed in the other store`
  }

  async #fill(): Promise<null> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    for (const [key, value] of values) await this.#stores['encrypted-file'].set(key, value)
    return null
  }

  async #move(plan: Chosen): Promise<void> {
    await this.#write('plan', plan)
    await moveSecrets({
      source: this.#stores[other(plan.store)],
      target: this.#stores[plan.store],
      journal: this.#path('journal'),
      switchTo: () => this.#write('chosen', plan)
    })
  }

  async #isWhole(store: StoreId): Promise<boolean> {
    const found = await Promise.all([...values.keys()].map((key) => this.#stores[store].get(key)))
    return [...values.values()].every((value, index) => found[index] === value)
  }

  async #read<T>(name: string): Promise<T | null> {
    const text = await readPrivateFile(this.#path(name))
    return text === null ? null : (JSON.parse(text) as T)
  }

  #write(name: string, content: Chosen): Promise<void> {
    return writeFileAtomic(this.#path(name), JSON.stringify(content))
  }

  #path(name: string): string {
    return join(this.#dir, `${name}.json`)
  }
}

function other(store: StoreId): StoreId {
  return store === 'encrypted-file' ? 'plain-file' : 'encrypted-file'
}
