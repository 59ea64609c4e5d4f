import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import * as v from 'valibot'
import { COPIED_MS } from '#shared/secrets.ts'

type Ports = {
  readonly clipboard: {
    /** Writes a text with the marks that tell clipboard managers not to keep it. */
    readonly write: (text: string) => Promise<void>
    readonly read: () => Promise<string>
    readonly clear: () => void
  }
  /** A file that outlives a crash; `read` returns null if it does not exist. */
  readonly note: {
    readonly read: () => Promise<string | null>
    readonly write: (text: string) => Promise<void>
    readonly remove: () => Promise<unknown>
  }
}

const noteSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictObject({
    salt: v.pipe(v.string(), v.regex(/^[\da-f]{32}$/)),
    mark: v.pipe(v.string(), v.regex(/^[\da-f]{64}$/))
  })
)
type Note = v.InferOutput<typeof noteSchema>

/**
 * A secret of Latchkey in the clipboard. It stays for 30 seconds, until the screen or the store is locked or
 * until Latchkey ends; after a crash, until the next start. A salted mark on the disk identifies the text;
 * any other text that was copied meanwhile stays.
 */
export class SecretClipboard {
  readonly #ports: Ports
  /** Mark of the secret in the clipboard; null: no secret of ours is there. */
  #note: Note | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Copies a secret. Throws the system's error; nothing was copied then. */
  async copy(secret: string): Promise<void> {
    const salt = randomBytes(16).toString('hex')
    this.#note = { salt, mark: markOf(secret, salt) }
    // Without the file the secret is still cleared, except after a crash.
    await this.#ports.note.write(JSON.stringify(this.#note)).catch(() => undefined)
    await this.#ports.clipboard.write(secret)
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.clear(), COPIED_MS).unref()
  }

  /** Takes the secret away if it is still there. Never throws. */
  async clear(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const note = this.#note
    this.#note = null
    if (note !== null) await this.#clearIf(note)
  }

  /** Takes away the secret that the previous run could not. Never throws. */
  async clearAfterCrash(): Promise<void> {
    const text = await this.#ports.note.read().catch(() => null)
    if (text === null) return
    const note = v.safeParse(noteSchema, text)
    if (note.success) await this.#clearIf(note.output)
    else await this.#ports.note.remove().catch(() => undefined)
  }

  async #clearIf({ salt, mark }: Note): Promise<void> {
    const { clipboard, note } = this.#ports
    try {
      const found = markOf(await clipboard.read(), salt)
      if (timingSafeEqual(Buffer.from(found), Buffer.from(mark))) clipboard.clear()
      await note.remove()
    } catch {
      // A clipboard that can not be read now is looked at again at the next start.
    }
  }
}

function markOf(text: string, salt: string): string {
  return createHash('sha256').update(`clipboard ${salt} ${text}`).digest('hex')
}
