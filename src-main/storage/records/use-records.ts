import * as v from 'valibot'
import { clientName } from '#shared/broker/clients.ts'
import type { Approval } from '../../core/use/approval.ts'
import type { PairedClient } from '../../core/use/clients.ts'
import type { KeptRelay } from '../../core/use/relay-tickets.ts'

const text = (most: number) => v.pipe(v.string(), v.maxLength(most))
const time = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((at) => new Date(at))
)

const client = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[0-9a-f-]{8,64}$/)),
  name: clientName,
  pairedAt: time,
  lastSeenAt: v.nullable(time)
})

const approval = v.strictObject({
  id: text(64),
  client: text(64),
  credential: text(700),
  mode: v.picklist(['use', 'relay', 'reveal']),
  scope: v.nullable(text(300)),
  host: text(300),
  methods: v.pipe(v.array(text(20)), v.maxLength(10)),
  path: v.nullable(text(8192)),
  duration: v.picklist(['10-minutes', 'until-lock', 'always']),
  givenAt: time,
  until: v.nullable(time),
  lastUsedAt: v.nullable(time)
})

const relay = v.strictObject({
  digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  client: text(64),
  credential: text(700),
  scope: v.nullable(text(300)),
  host: text(300),
  until: time,
  keptAt: time
})

/** The paired clients that the catalog holds. A client that is not as it was written has no access. */
export function readClients(value: unknown): readonly PairedClient[] {
  return each(value).flatMap((row): PairedClient[] => {
    const found = v.safeParse(client, row)
    return found.success ? [found.output] : []
  })
}

/** The remembered approvals that the catalog holds. One that is not as it was written does not hold. */
export function readApprovals(value: unknown): readonly Approval[] {
  return each(value).flatMap((row): Approval[] => {
    const found = v.safeParse(approval, row)
    return found.success ? [found.output] : []
  })
}

/** The relays that the vault before has left open. One that is not as it was written is over. */
export function readRelays(value: unknown): readonly KeptRelay[] {
  return each(value).flatMap((row): KeptRelay[] => {
    const found = v.safeParse(relay, row)
    return found.success ? [found.output] : []
  })
}

const each = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, 1000) : [])
