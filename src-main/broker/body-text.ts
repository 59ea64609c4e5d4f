import { VaultError } from '#shared/problem.ts'

/** The same limit as for an imported file. */
const MOST_BYTES = 16 * 1024 * 1024

/**
 * Reads the whole body of a request as text. Throws INVALID_REQUEST for more than 16 MiB and for bytes that are not UTF-8.
 */
export async function bodyText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const parts: string[] = []
  let size = 0
  try {
    for await (const bytes of body) {
      size += bytes.length
      if (size > MOST_BYTES) throw refused('The input is longer than 16 MiB. Import it in parts.')
      parts.push(decoder.decode(bytes, { stream: true }))
    }
    parts.push(decoder.decode())
  } catch (error) {
    if (error instanceof VaultError) throw error
    throw refused('The input is not UTF-8 text.')
  }
  return parts.join('')
}

function refused(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}
