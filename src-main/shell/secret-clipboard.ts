import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import * as v from 'valibot'

/** How long a secret may lie in the clipboard, in ms. */
const CLIPBOARD_MS = 60_000

type Ports = {
  readonly clipboard: {
    /** As what clipboard managers do not keep. */
    readonly write: (text: string) => Promise<void>
    readonly read: () => Promise<string>
    readonly clear: () => void
  }
  /** A file that outlives a crash; `read` gives null where there is none. */
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
 * A secret of Latchkey's own in the clipboard: for a minute, until the screen or the store is locked, or until Latchkey
 * ends, and after a crash until it starts again. A salted mark on the disk says which text that is; anything else that
 * was copied meanwhile stays.
 */
export class SecretClipboard {
  readonly #ports: Ports
  /** Of what lies in the clipboard; null: nothing of ours. */
  #note: Note | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Throws what the system says; then nothing was copied. */
  async copy(secret: string): Promise<void> {
    const salt = randomBytes(16).toString('hex')
    this.#note = { salt, mark: markOf(secret, salt) }
    // Without the file the secret is cleared all the same, but for a crash.
    await this.#ports.note.write(JSON.stringify(this.#note)).catch(() => undefined)
    await this.#ports.clipboard.write(secret)
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.clear(), CLIPBOARD_MS).unref()
  }

  /** Takes the secret away if it is still there. Never throws. */
  async clear(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const note = this.#note
    this.#note = null
    if (note !== null) await this.#clearIf(note)
  }

  /** What the Latchkey before this one could not take away. Never throws. */
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
