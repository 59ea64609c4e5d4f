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
  /** Version of the Latchkey that wrote the document, for people. */
  latchkey: v.string(),
  credentials: v.array(v.looseObject({ ref: storedRef }))
})

/**
 * Encodes every credential in its stored form, with secrets in clear, as one JSON text. Only to be sealed.
 */
export function encodeExport(
  credentials: readonly Credential[],
  { at, version }: { readonly at: Date; readonly version: string }
): string {
  // The records are encoded by the credential codec, so that a second writer can't forget a field.
  const records = credentials.map((credential) => encodeCredential(credential))
  const head = JSON.stringify({ format: FORMAT, v: VERSION, exportedAt: at.toISOString(), latchkey: version })
  return `${head.slice(0, -1)},"credentials":[\n${records.join(',\n')}\n]}\n`
}

/**
 * Reads what `encodeExport` wrote. Throws INVALID_REQUEST if a newer Latchkey wrote it, CREDENTIAL_UNREADABLE
 * for anything else: a document is read whole or not at all.
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
    message: 'The file was opened, but its content is not an export of Latchkey.'
  })
}
