import * as v from 'valibot'
import { accountRule, type AccountRule } from '#shared/broker/account-rules.ts'
import { clientName } from '#shared/broker/clients.ts'
import { helperName, methodName } from '#shared/broker/use.ts'
import { scopeName, serviceId } from '#shared/credential.ts'
import { shownText } from '#shared/shown-text.ts'
import { isRulePath } from '../../core/use/access-rules.ts'
import type { Approval } from '../../core/use/approval.ts'
import type { PairedClient } from '../../core/use/clients.ts'
import type { KeptRelay } from '../../core/use/relay-tickets.ts'
import type { ProposalRecord } from '../../core/use/proposal.ts'

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
  run: v.optional(v.null(), null),
  credential: text(700),
  mode: v.picklist(['use', 'relay', 'reveal', 'helper']),
  helper: v.exactOptional(helperName),
  scope: v.nullable(text(300)),
  host: text(300),
  methods: v.pipe(v.array(text(20)), v.maxLength(10)),
  path: v.nullable(text(8192)),
  isPattern: v.exactOptional(v.literal(true)),
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

const proposed = v.variant('kind', [
  v.strictObject({ kind: v.literal('service'), service: serviceId }),
  v.strictObject({ kind: v.literal('scope'), credential: text(700), scope: scopeName }),
  v.strictObject({ kind: v.literal('sign-in'), credential: text(700) }),
  v.strictObject({
    kind: v.literal('rule'),
    credential: text(700),
    host: text(300),
    methods: v.pipe(v.array(methodName), v.minLength(1), v.maxLength(10)),
    path: v.pipe(text(512), v.check(isRulePath)),
    scope: v.nullable(scopeName)
  })
])

const proposal = v.strictObject({
  id: text(64),
  client: text(64),
  what: proposed,
  reason: v.nullable(shownText),
  proposedAt: time,
  until: time
})

const dismissal = v.strictObject({ client: text(64), wish: text(64), until: time })

/** The paired clients that the catalog holds. A client that is not as it was written has no access. */
export const readClients = (value: unknown): readonly PairedClient[] => valid(client, value)

/** The remembered approvals that the catalog holds. One that is not as it was written does not hold. */
export const readApprovals = (value: unknown): readonly Approval[] => valid(approval, value)

/** What the catalog holds of proposals. One that is not as it was written does not wait. */
export function readProposals(value: unknown): ProposalRecord {
  const { waiting, dismissed } = (value ?? {}) as { waiting?: unknown; dismissed?: unknown }
  return { waiting: valid(proposal, waiting), dismissed: valid(dismissal, dismissed) }
}

function valid<T>(schema: v.GenericSchema<unknown, T>, rows: unknown): readonly T[] {
  return each(rows).flatMap((row): T[] => {
    const found = v.safeParse(schema, row)
    return found.success ? [found.output] : []
  })
}

/** The relays that the vault before has left open. One that is not as it was written has ended. */
export const readRelays = (value: unknown): readonly KeptRelay[] => valid(relay, value)

/** The rules that choose an account. One that is not as it was written chooses nothing. */
export const readAccountRules = (value: unknown): readonly AccountRule[] => valid(accountRule, value)

const each = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, 1000) : [])
