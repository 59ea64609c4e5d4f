import * as v from 'valibot'
import { VaultError } from '#shared/problem.ts'
import type { Credential } from '../../core/credential-record.ts'
import { decodeCredential, encodeCredential } from '../records/credential-codec.ts'
import { inSlices } from './in-slices.ts'
import { storedRef } from '../records/record-schema.ts'
import { parseJson } from '../files/json-text.ts'

const FORMAT = 'latchkey-export'
const VERSION = 1

const headSchema = v.object({ format: v.literal(FORMAT), v: v.pipe(v.number(), v.integer()) })
const documentSchema = v.strictObject({
  format: v.literal(FORMAT),
  v: v.literal(VERSION),
  exportedAt: v.pipe(v.string(), v.isoTimestamp()),
  /** Version of the Latchkey that wrote it, for people. */
  latchkey: v.string(),
  credentials: v.array(v.looseObject({ ref: storedRef }))
})

/** Every credential as the store keeps it, secrets in clear, as one JSON text: to be sealed and for nothing else. */
export function encodeExport(
  credentials: readonly Credential[],
  { at, version }: { readonly at: Date; readonly version: string }
): string {
  // The records are the codec's own text, so that no second writer can forget a field.
  const records = credentials.map((credential) => encodeCredential(credential))
  const head = JSON.stringify({ format: FORMAT, v: VERSION, exportedAt: at.toISOString(), latchkey: version })
  return `${head.slice(0, -1)},"credentials":[\n${records.join(',\n')}\n]}\n`
}

/**
 * Reads what `encodeExport` wrote. Throws INVALID_REQUEST if a newer Latchkey wrote it, CREDENTIAL_UNREADABLE for anything
 * else: nothing is taken from a document of which a part is not understood.
 */
export async function decodeExport(text: string): Promise<Credential[]> {
  const json = parseJson(text)
  const head = v.safeParse(headSchema, json)
  if (head.success && head.output.v > VERSION) {
    throw new VaultError('INVALID_REQUEST', {
      message: 'A newer Latchkey wrote this file. Update Latchkey on this computer, then import it.'
    })
  }
  const document = v.safeParse(documentSchema, json)
  if (!document.success) throw notOurs()
  return await inSlices(document.output.credentials, (record) =>
    decodeCredential(JSON.stringify(record), record.ref)
  )
}

function notOurs(): VaultError {
  return new VaultError('CREDENTIAL_UNREADABLE', {
    message: 'The file could be opened, and what is in it is not an export of Latchkey.'
  })
}
