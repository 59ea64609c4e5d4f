import * as v from 'valibot'
import type { ExchangeState, KeyExchange, ApiKey } from '../../core/credential-record.ts'
import {
  storedInstant,
  storedLifetime,
  storedSecret,
  toStoredLifetime,
  storedRef,
  storedTexts
} from './record-schema.ts'

/** The other key of an exchange, inside the record of the key in use. */
export const storedExchange = v.variant('kind', [
  v.strictObject({
    kind: v.literal('prepared'),
    next: storedSecret,
    expiry: storedLifetime,
    since: storedInstant
  }),
  v.strictObject({
    kind: v.literal('switched'),
    former: storedSecret,
    formerExpiry: storedLifetime,
    formerObtainedAt: storedInstant,
    since: storedInstant,
    undoUntil: storedInstant
  })
]) satisfies v.GenericSchema<unknown, KeyExchange>

/** The state of an exchange in a row of the catalog, without any key. */
export const storedExchangeState = v.variant('kind', [
  v.strictObject({
    kind: v.literal('prepared'),
    since: storedInstant,
    masked: v.pipe(v.string(), v.maxLength(16))
  }),
  v.strictObject({ kind: v.literal('switched'), since: storedInstant, undoUntil: storedInstant })
]) satisfies v.GenericSchema<unknown, ExchangeState>

/** The reverse of `storedExchange`. */
export function toStoredExchange(exchange: KeyExchange): v.InferInput<typeof storedExchange> {
  const since = exchange.since.toISOString()
  if (exchange.kind === 'prepared') {
    const { kind, next, expiry } = exchange
    return { kind, next: next.expose((text) => text), expiry: toStoredLifetime(expiry), since }
  }
  const { kind, former, formerExpiry, formerObtainedAt, undoUntil } = exchange
  return {
    kind,
    former: former.expose((text) => text),
    formerExpiry: toStoredLifetime(formerExpiry),
    formerObtainedAt: formerObtainedAt.toISOString(),
    since,
    undoUntil: undoUntil.toISOString()
  }
}

const fields = {
  kind: v.literal('api-key'),
  ref: storedRef,
  name: v.string(),
  key: storedSecret,
  allowedHosts: storedTexts,
  expiry: storedLifetime,
  scopes: v.exactOptional(storedTexts),
  obtainedAt: storedInstant
}

/**
 * A key alone is version 1. With the other key of an exchange it is version 2, so that a Latchkey without
 * exchanges leaves the record untouched instead of dropping that key at its next save.
 */
export const apiKeyRecord = v.variant('v', [
  v.strictObject({ v: v.literal(1), ...fields }),
  v.strictObject({ v: v.literal(2), ...fields, rotation: storedExchange })
])

/** Returns the key of a record; version 1 has no exchange. */
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
    ...(apiKey.scopes && { scopes: [...apiKey.scopes] }),
    obtainedAt: apiKey.obtainedAt.toISOString()
  }
  return rotation === null ? { v: 1, ...record } : { v: 2, ...record, rotation: toStoredExchange(rotation) }
}
