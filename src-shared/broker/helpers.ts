import * as v from 'valibot'
import { whereabouts } from './whereabouts.ts'
import { serviceId } from '../credential.ts'
import { helperName, questionView } from './use.ts'

const text = (most: number) => v.pipe(v.string(), v.maxLength(most))
/** `host` or `host:port`, as the tool writes it. */
const host = text(260)

/** A wish of a helper for the credential that its tool needs at a host. */
export const helperWish = v.strictObject({
  helper: helperName,
  host,
  /** Path of the address, such as that of a repository; null: the tool names none. */
  path: v.nullable(text(2048)),
  /** User name that the tool was given; null: none. */
  user: v.nullable(text(300)),
  /** Null: any service that has a credential for this host. */
  service: v.nullable(serviceId),
  account: v.nullable(text(200)),
  scope: v.nullable(text(300)),
  /** True: wait three seconds for the person's answer in Latchkey's window, if there is one. */
  waits: v.boolean(),
  /** Where the tool asks from; absent: it does not say. */
  from: v.exactOptional(whereabouts)
})
export type HelperWishRequest = v.InferOutput<typeof helperWish>

/** What a helper is given. `given` holds a secret. */
export const helperAnswer = v.variant('kind', [
  v.strictObject({
    kind: v.literal('given'),
    service: v.string(),
    account: v.string(),
    /** User name that the tool has to send beside the value. */
    user: v.string(),
    value: v.string(),
    /** Null: no end is known. */
    expiresAt: v.nullable(v.pipe(v.string(), v.isoTimestamp()))
  }),
  /** The person has to be asked, or has not answered yet. */
  v.strictObject({ kind: v.literal('question'), question: questionView }),
  /** Latchkey has nothing for this host. */
  v.strictObject({ kind: v.literal('none') })
])
export type HelperAnswerView = v.InferOutput<typeof helperAnswer>

export const helperQuery = v.strictObject({ helper: helperName })
export type HelperQuery = v.InferOutput<typeof helperQuery>

/** What a helper would be given at once, without a question. */
export const helperAccounts = v.array(
  v.strictObject({ host: v.string(), service: v.string(), account: v.string(), user: v.string() })
)
export type HelperAccounts = v.InferOutput<typeof helperAccounts>

/** Where Latchkey has a credential for a tool. `isAllowed`: its helper needs no question. */
export const helperPlaces = v.array(
  v.strictObject({
    host: v.string(),
    service: v.string(),
    account: v.string(),
    user: v.string(),
    isAllowed: v.boolean()
  })
)
export type HelperPlaces = v.InferOutput<typeof helperPlaces>

/**
 * The tool says that a host refused a value. `digest`: SHA-256 of the value, in hex. Null: the tool does not say which;
 * then it is the present one of what this helper is allowed there.
 */
export const suspectWish = v.strictObject({
  helper: helperName,
  host,
  digest: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)))
})
export type SuspectWish = v.InferOutput<typeof suspectWish>
