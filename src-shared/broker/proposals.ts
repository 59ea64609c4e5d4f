import * as v from 'valibot'
import { scopeName, serviceId } from '../credential.ts'
import { methodName } from './use.ts'

const text = (most: number) => v.pipe(v.string(), v.maxLength(most))
const instant = v.pipe(v.string(), v.isoTimestamp())
const id = text(64)
/** Why, in the words of the program; null: it gave no reason. */
const reason = v.nullable(text(1000))
/** Null: the only account of the service. */
const account = v.nullable(text(200))

/** What a program would like the person to add or to allow. It allows nothing on its own. */
export const proposalWish = v.variant('kind', [
  /** A credential of a provider that has none yet. */
  v.strictObject({ kind: v.literal('service'), service: serviceId, reason }),
  /** One more scope of a sign-in. */
  v.strictObject({ kind: v.literal('scope'), service: serviceId, account, scope: scopeName, reason }),
  /** Requests that need no question from then on. */
  v.strictObject({
    kind: v.literal('rule'),
    service: serviceId,
    account,
    /** Host of the credential, with an optional port; null: its first one. */
    host: v.nullable(text(260)),
    methods: v.pipe(v.array(methodName), v.minLength(1), v.maxLength(10)),
    /** A path as the rules of policy.yaml have it: `*` within a segment, `**` for any number of segments. */
    path: text(512),
    /** The requests name this scope; null: they name none. */
    scope: v.nullable(scopeName),
    reason
  })
])
export type ProposalWish = v.InferOutput<typeof proposalWish>

/** What became of a wish. `accepted`: what it asks for is there already. */
export const proposalAnswer = v.variant('state', [
  v.strictObject({ state: v.literal('accepted') }),
  v.strictObject({ state: v.literal('waits'), id, until: instant })
])
export type ProposalAnswer = v.InferOutput<typeof proposalAnswer>

/** A proposal that waits for the person, as it is shown; every text in it is cleaned. */
export const proposalView = v.strictObject({
  id,
  digest: text(64),
  client: v.strictObject({ id, name: text(200) }),
  /** `service` is the id in commands and rules, `name` what people call it. */
  what: v.variant('kind', [
    v.strictObject({ kind: v.literal('service'), service: v.string(), name: v.string() }),
    v.strictObject({
      kind: v.literal('scope'),
      service: v.string(),
      name: v.string(),
      account: v.string(),
      scope: v.string()
    }),
    v.strictObject({
      kind: v.literal('sign-in'),
      service: v.string(),
      name: v.string(),
      account: v.string()
    }),
    v.strictObject({
      kind: v.literal('rule'),
      service: v.string(),
      name: v.string(),
      account: v.string(),
      host: v.string(),
      methods: v.array(v.string()),
      path: v.string(),
      scope: v.nullable(v.string())
    })
  ]),
  reason: v.nullable(v.string()),
  proposedAt: instant,
  until: instant
})
export type ProposalView = v.InferOutput<typeof proposalView>

/** The person's answer; `digest` is that of the proposal that was shown. */
export const proposalDecision = v.strictObject({
  id,
  digest: text(64),
  answer: v.picklist(['accept', 'dismiss'])
})
export type ProposalDecision = v.InferOutput<typeof proposalDecision>
