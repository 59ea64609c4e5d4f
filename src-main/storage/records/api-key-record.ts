import * as v from 'valibot'
import type { ApiKey } from '../../core/credential-record.ts'
import { storedExchange, toStoredExchange } from './key-exchange-record.ts'
import {
  storedInstant,
  storedLifetime,
  storedRef,
  storedSecret,
  storedTexts,
  toStoredLifetime
} from './record-schema.ts'

const fields = {
  kind: v.literal('api-key'),
  ref: storedRef,
  name: v.string(),
  key: storedSecret,
  allowedHosts: storedTexts,
  expiry: storedLifetime,
  obtainedAt: storedInstant
}

/**
 * A key alone is version 1. With the other key of an exchange it is version 2, so that a Latchkey that knows nothing
 * of exchanges leaves it untouched instead of dropping that key at its next save.
 */
export const apiKeyRecord = v.variant('v', [
  v.strictObject({ v: v.literal(1), ...fields }),
  v.strictObject({ v: v.literal(2), ...fields, rotation: storedExchange })
])

/** The key as it was read; a record of version 1 has no exchange. */
export function apiKeyFromRecord(record: v.InferOutput<typeof apiKeyRecord>): ApiKey {
  if (record.v === 1) {
    const { v: _version, ...alone } = record
    return { ...alone, rotation: null }
  }
  const { v: _version, ...exchanged } = record
  return exchanged
}

export function apiKeyToRecord(apiKey: ApiKey): v.InferInput<typeof apiKeyRecord> {
  const { kind, ref, name, rotation } = apiKey
  const record = {
    kind,
    ref,
    name,
    key: apiKey.key.expose((text) => text),
    allowedHosts: [...apiKey.allowedHosts],
    expiry: toStoredLifetime(apiKey.expiry),
    obtainedAt: apiKey.obtainedAt.toISOString()
  }
  return rotation === null ? { v: 1, ...record } : { v: 2, ...record, rotation: toStoredExchange(rotation) }
}
