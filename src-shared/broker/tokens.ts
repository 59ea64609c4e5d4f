import * as v from 'valibot'
import { scopeList, scopeName, serviceId } from '../credential.ts'
import { shownText } from '../shown-text.ts'
import type { SocketRow } from './requests.ts'
import { whereabouts } from './whereabouts.ts'

const secretText = v.pipe(v.string(), v.minLength(1), v.maxLength(65_536))
/** A hundred years in seconds, to either side of now. */
const seconds = v.pipe(v.number(), v.integer(), v.minValue(-3_155_760_000), v.maxValue(3_155_760_000))
const account = v.pipe(shownText, v.minLength(1))

/** A token that a program got on its own and hands in. */
export const givenToken = v.strictObject({
  service: serviceId,
  /** Null: the account is `default`. */
  account: v.nullable(account),
  accessToken: secretText,
  refreshToken: v.nullable(secretText),
  /** The client that the tokens were given to; without it no refresh token can be spent. Null: it is not known. */
  clientId: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(500))),
  /** Seconds from now; zero and less: it has expired already. Null: never. */
  expiresIn: v.nullable(seconds),
  scopes: scopeList,
  /** False refuses with INVALID_REQUEST where the person has added the entry that is there. */
  replace: v.boolean()
})
export type GivenToken = v.InferOutput<typeof givenToken>

/** What is known of a token without opening the store. It holds no part of the token. */
export const tokenView = v.strictObject({
  service: serviceId,
  account: v.string(),
  /** It can be had without a sign-in, as far as is known. */
  isUsable: v.boolean(),
  /** Null: it does not expire, or nobody said when. */
  expiresAt: v.nullable(v.pipe(v.string(), v.isoTimestamp())),
  scopes: v.array(v.string()),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  /** The vault can refresh it automatically. */
  isRenewable: v.boolean()
})
export type TokenView = v.InferOutput<typeof tokenView>

const which = v.strictObject({
  service: serviceId,
  /** Null: the one that a rule of the person chooses, else the only account of the service. */
  account: v.nullable(account),
  /** Counts as not usable without this scope. Null: none is needed. */
  scope: v.nullable(scopeName),
  /** Where the program asks from; absent: it does not say. */
  from: v.exactOptional(whereabouts)
})
export type WhichToken = v.InferOutput<typeof which>

const cleared = v.strictObject({ service: serviceId, account: v.nullable(account) })
export type ClearedToken = v.InferOutput<typeof cleared>

/** The requests of the client for programs, beside `use` and `reveal`. */
export const tokenRequests = {
  /** Null: there is no such entry, or the rules keep this program from it. */
  viewToken: {
    doors: ['socket'],
    asker: 'program',
    input: v.strictTuple([which]),
    output: v.nullable(tokenView)
  },
  /** Keeps a token that was got elsewhere. Fails with APPROVAL_DENIED if the window asked and the person refused. */
  setToken: { doors: ['socket'], asker: 'person', input: v.strictTuple([givenToken]), output: tokenView },
  /** Removes the entry; a sign-in is revoked at its provider, too. False: there was none. */
  clearToken: { doors: ['socket'], asker: 'person', input: v.strictTuple([cleared]), output: v.boolean() }
} as const satisfies Record<string, SocketRow>
