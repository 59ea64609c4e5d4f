import { VaultRefusal } from '../../src-socket/vault-connection.ts'

/** What it means to ask for something a second time, after the connection to the vault was lost. */
export type Repeat =
  /** Nothing was done with a credential yet. */
  | 'nothing-sent'
  /** The request only reads. */
  | 'safe'
  /** It may have been done. */
  | 'unknown'

const LOST = 'The connection to Latchkey was lost before the answer was complete.'
const sentences: Readonly<Record<Repeat, string>> = {
  'nothing-sent': 'The connection to Latchkey was lost. Nothing was sent, so run it again.',
  safe: `${LOST} The request only reads, so run it again.`,
  unknown: `${LOST} The request may have been done: “latchkey audit” says whether it was begun. Repeat it only if doing it twice does no harm.`
}

/** Methods that change nothing (RFC 9110 section 9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What it means to send a request of this method again. */
export const repeatOf = (method: string): Repeat => (SAFE.has(method) ? 'safe' : 'unknown')

/** The error for the person: where the connection was lost, it says whether to ask again. */
export function saidLost(error: unknown, repeat: Repeat): unknown {
  if (!(error instanceof VaultRefusal) || !error.isLost) return error
  return new VaultRefusal({ code: error.problem.code, message: sentences[repeat] }, false, true)
}

/** A body that ends in `saidLost` where its connection is lost. */
export async function* toldIfLost(
  body: AsyncIterable<Uint8Array>,
  repeat: Repeat
): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw saidLost(error, repeat)
  }
}
