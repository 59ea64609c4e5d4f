import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '../../src-main/core/secret.ts'
import { sweepTemporaryFiles, writeFileAtomic } from '../../src-main/storage/files/atomic-file.ts'
import { createEncryptedFileBackend } from '../../src-main/storage/backends/encrypted-file-backend.ts'
import type { EncryptedFileBackend } from '../../src-main/storage/backends/encrypted-file-backend.ts'
import { readPrivateFile } from '../../src-main/storage/files/private-files.ts'
import type { Act, Version } from './crash-scenarios.ts'

const KEY = 'entry'
const VALUE = `sealed once and never again ${'x'.repeat(500)}`

/**
 * The memory of a person: the passphrase until now, the one about to be set, and whether there is an entry.
 */
type Memory = { readonly from: Version; readonly to: Version; readonly hasEntry: boolean }
const nothing: Memory = { from: null, to: null, hasEntry: false }

/** Changes the passphrase of a store of encrypted files; the version is the number in the passphrase. */
export class CrashRewrap {
  readonly #dir: string
  readonly #memory: string
  readonly #backend: EncryptedFileBackend
  #now: { readonly version: Version; readonly hasEntry: boolean } = { version: null, hasEntry: false }

  constructor(dir: string) {
    this.#dir = dir
    this.#memory = join(dir, 'memory.json')
    this.#backend = createEncryptedFileBackend({
      dir: join(dir, 'secrets'),
      keyDir: join(dir, 'secrets-key'),
      protection: 'passphrase'
    })
  }

  async round(next: () => number, act: Act): Promise<void> {
    const { version: from, hasEntry } = this.#now
    const to = next()
    await act(to, async () => {
      await this.#remember({ from, to, hasEntry })
      await this.#backend.protect({ current: passphrase(from), next: new Secret(`passphrase ${to}`) })
    })
    if (!hasEntry) {
      await this.#backend.set(KEY, VALUE)
      await this.#remember({ from, to, hasEntry: true })
    }
    this.#now = { version: to, hasEntry: true }
  }

  /** Returns the version whose passphrase opens the store. A text says what is wrong. */
  async found(): Promise<Version | string> {
    await sweepTemporaryFiles(this.#dir)
    await this.#backend.tidy()
    const version = await this.#current()
    if (version === null) return null
    const { hasEntry } = await this.#remembered()
    this.#now = { version, hasEntry }
    const value = await this.#backend.get(KEY)
    return value === VALUE || (value === null && !hasEntry) ? version : 'the entry is not what it was'
  }

  async #current(): Promise<Version> {
    if ((await this.#backend.protection()) === 'none') return null
    const { from, to } = await this.#remembered()
    const newer = passphrase(to)
    try {
      if (newer) await this.#backend.unlock(newer)
      return to
    } catch {
      const older = passphrase(from)
      if (!older) throw new Error('No passphrase that was ever set opens the store.')
      await this.#backend.unlock(older)
      return from
    }
  }

  async #remembered(): Promise<Memory> {
    const text = await readPrivateFile(this.#memory)
    return text === null ? nothing : (JSON.parse(text) as Memory)
  }

  async #remember(memory: Memory): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    await writeFileAtomic(this.#memory, JSON.stringify(memory))
  }
}

function passphrase(version: Version): Secret | null {
  return version === null ? null : new Secret(`passphrase ${version}`)
}
