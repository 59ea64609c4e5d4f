import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { VaultError } from '#shared/problem.ts'
import {
  listNames,
  removeFile,
  renameFile,
  sweepTemporaryFiles,
  writeFileAtomic
} from '../files/atomic-file.ts'
import { assertOwnDir, ensurePrivateDir, readPrivateFile } from '../files/private-files.ts'
import { parseJson } from '../files/json-text.ts'

const ALGORITHM = 'aes-256-gcm'
/** Suffix of a file that an item names. */
const SEALED = '.sealed'
/** Suffix of a file during a switch: an item may name it or not. After a crash the next start decides. */
const UNSURE = '.unsure'
const marker = /^latchkey:overflow:1:([0-9a-f]{32}):([A-Za-z0-9+/]{43}=)$/
const MARKER_START = 'latchkey:overflow:'

const fileSchema = v.strictObject({
  v: v.literal(1),
  account: v.string(),
  iv: v.pipe(v.string(), v.base64(), v.length(16)),
  tag: v.pipe(v.string(), v.base64(), v.length(24)),
  data: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]*={0,2}$/))
})

/** The content of an item whose value is too long for it. */
export type Pointer = { readonly id: string; readonly key: string }

/** True for a text that would be read as a pointer, so that it must not be stored as an item as it is. */
export const looksLikePointer = (item: string): boolean => item.startsWith(MARKER_START)

/**
 * Reads the pointer of an item. Throws CREDENTIAL_UNREADABLE for a pointer of another version. Null: the item
 * is the value itself.
 */
export function readPointer(item: string): Pointer | null {
  if (!looksLikePointer(item)) return null
  const [, id, key] = marker.exec(item) ?? []
  if (id === undefined || key === undefined) throw new VaultError('CREDENTIAL_UNREADABLE')
  return { id, key }
}

export const writePointer = ({ id, key }: Pointer): string => `${MARKER_START}1:${id}:${key}`

/**
 * Files for values longer than a keychain item. Each is sealed under a key of its own, which is only in the
 * item.
 */
export class OverflowFiles {
  readonly #dir: string
  readonly #graceMs: number

  constructor(options: { readonly dir: string; readonly graceMs: number }) {
    this.#dir = options.dir
    this.#graceMs = options.graceMs
  }

  /** False: the folder does not exist, so no item can name a file in it. */
  mayHaveFiles(): boolean {
    return existsSync(this.#dir)
  }

  /** Writes a new unsure file, durably. Throws STORE_WRITE_FAILED. */
  async write(account: string, value: string): Promise<Pointer> {
    await ensurePrivateDir(this.#dir)
    const pointer = { id: randomBytes(16).toString('hex'), key: randomBytes(32).toString('base64') }
    const iv = randomBytes(12)
    const cipher = createCipheriv(ALGORITHM, Buffer.from(pointer.key, 'base64'), iv, { authTagLength: 16 })
    cipher.setAAD(additionalData(account, pointer.id))
    const data = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]).toString('base64')
    const file = {
      v: 1,
      account,
      iv: iv.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
      data
    }
    await writeFileAtomic(this.#path(pointer.id, UNSURE), JSON.stringify(file))
    return pointer
  }

  /**
   * Reads the value of a file. Throws CREDENTIAL_UNREADABLE if the file is missing, changed or of another
   * account.
   */
  async read(account: string, pointer: Pointer): Promise<string> {
    const { id } = pointer
    assertOwnDir(this.#dir)
    // The third read finds a file that was renamed between the first two.
    const file =
      (await readPrivateFile(this.#path(id, SEALED))) ??
      (await readPrivateFile(this.#path(id, UNSURE))) ??
      (await readPrivateFile(this.#path(id, SEALED)))
    const parsed = v.safeParse(fileSchema, parseJson(file ?? ''))
    if (!parsed.success || parsed.output.account !== account) throw new VaultError('CREDENTIAL_UNREADABLE')
    const { iv, tag, data } = parsed.output
    try {
      const key = Buffer.from(pointer.key, 'base64')
      const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(iv, 'base64'), { authTagLength: 16 })
      decipher.setAAD(additionalData(account, id))
      decipher.setAuthTag(Buffer.from(tag, 'base64'))
      return Buffer.concat([decipher.update(data, 'base64'), decipher.final()]).toString('utf8')
    } catch (error) {
      throw new VaultError('CREDENTIAL_UNREADABLE', { cause: error })
    }
  }

  /** Marks the present file of an item before its switch: after the switch the file may have no item. */
  async markUnsure({ id }: Pointer): Promise<void> {
    await renameFile(this.#path(id, SEALED), this.#path(id, UNSURE))
  }

  /** Marks the file as named by its item, after the switch. */
  async confirm({ id }: Pointer): Promise<void> {
    await renameFile(this.#path(id, UNSURE), this.#path(id, SEALED))
  }

  /** Removes a file that no item names, after the switch. */
  async discard({ id }: Pointer): Promise<void> {
    await removeFile(this.#path(id, UNSURE))
    await removeFile(this.#path(id, SEALED))
  }

  /**
   * Settles every unsure file that is older than the grace time, at the start: it is confirmed if its
   * account's item names it, else discarded. The file stays if the item can't be read. `readItem` returns an
   * account's item or null.
   */
  async sweep(readItem: (account: string) => Promise<string | null>): Promise<void> {
    await sweepTemporaryFiles(this.#dir)
    for (const name of await listNames(this.#dir)) {
      if (name.endsWith(UNSURE) && (await this.#isOld(name))) await this.#decide(name, readItem)
    }
  }

  async #decide(name: string, readItem: (account: string) => Promise<string | null>): Promise<void> {
    const id = name.slice(0, -UNSURE.length)
    const file = await readPrivateFile(join(this.#dir, name))
    const parsed = v.safeParse(fileSchema, parseJson(file ?? ''))
    if (!parsed.success) return
    const item = await readItem(parsed.output.account)
    const pointer = item === null ? null : readPointer(item)
    if (pointer?.id === id) await this.confirm(pointer)
    else await this.discard({ id, key: '' })
  }

  async #isOld(name: string): Promise<boolean> {
    const found = await stat(join(this.#dir, name)).catch(() => null)
    // The time is cut to whole milliseconds, as the clock gives them; else a new file could be from the
    // future.
    return found !== null && Date.now() - Math.floor(found.mtimeMs) >= this.#graceMs
  }

  #path(id: string, state: typeof SEALED | typeof UNSURE): string {
    return join(this.#dir, id + state)
  }
}

function additionalData(account: string, id: string): Buffer {
  return Buffer.from(JSON.stringify([1, ALGORITHM, account, id]))
}
