import type { HelperVault } from './helper-vault.ts'

/** What a tool gives its helper. Nothing but the answer to the tool goes to `write`, and no secret to `writeError`. */
export type HelperCall = {
  /** The arguments without the program. */
  readonly args: readonly string[]
  /** Standard input. */
  readonly input: AsyncIterable<Uint8Array>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Version of Latchkey. */
  readonly version: () => string
  /** Folder that is the person's alone, for what a helper notes of its calls. Null: this system has none. */
  readonly notesFolder: () => Promise<string | null>
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
}

/** The protocol of one tool. Returns the exit code. */
export type Helper = (call: HelperCall, vault: HelperVault) => Promise<number>

/** Reads an input that is text of at most 64 KiB to its end; null: it is longer. */
export async function textOf(input: AsyncIterable<Uint8Array>): Promise<string | null> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of input) {
    length += piece.length
    if (length > LONGEST) return null
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}

/** Reads an input line by line, without the empty ones. Ends before a line of more than 64 KiB. */
export async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0)
  for await (const piece of input) {
    rest = Buffer.concat([rest, piece])
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      const line = rest.subarray(0, end).toString().trim()
      rest = rest.subarray(end + 1)
      if (line !== '') yield line
    }
    if (rest.length > LONGEST) return
  }
  const last = rest.toString().trim()
  if (last !== '') yield last
}

const LONGEST = 64 * 1024
