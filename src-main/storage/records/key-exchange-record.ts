import * as v from 'valibot'
import type { ExchangeState, KeyExchange } from '../../core/credential-record.ts'
import { storedInstant, storedLifetime, storedSecret, toStoredLifetime } from './record-schema.ts'

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

/** What a row of the catalog says of an exchange: no key. */
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
