import * as v from 'valibot'
import type { ExtensionSecret } from '../../core/credential-record.ts'
import { storedInstant, storedRef, storedSecret } from './record-schema.ts'

/** A secret setting of an extension in its stored form. */
export const extensionRecord = v.strictObject({
  v: v.literal(1),
  kind: v.literal('extension'),
  ref: storedRef,
  name: v.string(),
  extension: v.string(),
  value: storedSecret,
  obtainedAt: storedInstant
})

/** Returns the record, with the secret in clear. Only for the credential codec. */
export function extensionToRecord(secret: ExtensionSecret): v.InferInput<typeof extensionRecord> {
  return {
    ...secret,
    v: 1,
    value: secret.value.expose((text) => text),
    obtainedAt: secret.obtainedAt.toISOString()
  }
}
