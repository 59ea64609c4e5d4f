import { VaultError } from '#shared/problem.ts'

/** Longest body that is printed as JSON, in bytes. */
const MOST = 32 * 1024 * 1024

/** An answer to `latchkey request` as JSON. */
type AnswerJson = {
  readonly status: number
  readonly statusText: string
  /** By names in small letters; values of one name are joined by “, ” (RFC 9110 section 5.2). */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** `base64`: the body is no text in UTF-8. */
  readonly encoding: 'text' | 'base64'
}

type Head = {
  readonly status: number
  readonly statusText: string
  readonly headers: readonly (readonly [string, string])[]
}

/** Reads a whole answer. Throws INVALID_REQUEST for a body that is longer than 32 MiB. */
export async function answerJson(
  { status, statusText, headers }: Head,
  body: AsyncIterable<Uint8Array> | null
): Promise<AnswerJson> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body ?? []) {
    pieces.push(piece)
    length += piece.length
    if (length > MOST) throw new VaultError('INVALID_REQUEST', { message: TOO_LONG })
  }
  const bytes = Buffer.concat(pieces)
  const text = textOf(bytes)
  return {
    status,
    statusText,
    headers: joined(headers),
    body: text ?? bytes.toString('base64'),
    encoding: text === null ? 'base64' : 'text'
  }
}

const TOO_LONG = 'The answer is longer than 32 MiB, so it is not printed as JSON. Leave out --json.'

function joined(headers: Head['headers']): Record<string, string> {
  const values = new Map<string, string>()
  for (const [name, value] of headers) {
    const before = values.get(name.toLowerCase())
    values.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`)
  }
  return Object.fromEntries(values)
}

/** Null: it is no text in UTF-8. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
