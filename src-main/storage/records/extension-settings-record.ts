import * as v from 'valibot'
import type { ExtensionSecret } from '../../core/credential-record.ts'
import { storedInstant, storedRef, storedSecret } from './record-schema.ts'

/** A secret setting of an extension as it lies in the store. */
export const extensionRecord = v.strictObject({
  v: v.literal(1),
  kind: v.literal('extension'),
  ref: storedRef,
  name: v.string(),
  extension: v.string(),
  value: storedSecret,
  obtainedAt: storedInstant
})

/** The secret in clear: for the credential codec and nothing else. */
export function extensionToRecord(secret: ExtensionSecret): v.InferInput<typeof extensionRecord> {
  return {
    ...secret,
    v: 1,
    value: secret.value.expose((text) => text),
    obtainedAt: secret.obtainedAt.toISOString()
  }
}
