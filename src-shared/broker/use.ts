import * as v from 'valibot'
import { serviceId } from '../credential.ts'
import { whereabouts } from './whereabouts.ts'

const text = (most: number) => v.pipe(v.string(), v.maxLength(most))

/** Name of a tool that asks by a helper, such as git or docker. */
export const helperName = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,19}$/))

/** A method as RFC 9110 spells it, in upper case. */
export const methodName = v.pipe(v.string(), v.regex(/^[A-Z][A-Z-]{0,19}$/, 'Use a method such as GET.'))
export const headerPair = v.strictTuple([text(200), text(8192)])

/** The secret of the run that the request belongs to; absent: none. One that has ended counts for nothing. */
const run = v.exactOptional(text(64))
/** Where the program asks from; absent: it does not say. */
const from = v.exactOptional(whereabouts)

/** A request that a program wants to be sent with a credential that it never sees. */
export const useRequest = v.strictObject({
  service: serviceId,
  /** Null: the one that a rule of the person chooses, else the only account of the service. */
  account: v.nullable(text(200)),
  method: methodName,
  url: text(8192),
  headers: v.pipe(v.array(headerPair), v.maxLength(64)),
  hasBody: v.boolean(),
  /** Scope that a sign-in must have; null: none is required. */
  scope: v.nullable(text(300)),
  /** Why, in the words of the program; shown to the person in quotes. */
  reason: v.nullable(text(1000)),
  /** True: wait for the person's answer in Latchkey's window, if there is one. */
  waits: v.boolean(),
  run,
  from
})
export type UseRequest = v.InferOutput<typeof useRequest>

const useMode = v.picklist(['use', 'relay', 'reveal', 'helper'])
const instant = v.pipe(v.string(), v.isoTimestamp())

/** A question to the person, as it is shown. */
export const questionView = v.strictObject({
  id: text(64),
  digest: text(64),
  client: v.strictObject({ id: text(64), name: text(200) }),
  peer: v.strictObject({
    uid: v.nullable(v.number()),
    pid: v.nullable(v.number()),
    program: v.nullable(text(4096))
  }),
  service: v.string(),
  /** The service's name as shown: "GitHub". */
  name: v.string(),
  account: v.string(),
  mode: useMode,
  /** Of mode `helper`: the tool, such as git. */
  helper: v.exactOptional(helperName),
  /** True: the request belongs to a run, so that it can be allowed for that run. */
  isInRun: v.boolean(),
  scope: v.nullable(v.string()),
  host: v.string(),
  method: v.string(),
  path: v.string(),
  reason: v.nullable(v.string()),
  askedAt: instant,
  until: instant
})
export type QuestionView = v.InferOutput<typeof questionView>

/** The head of an answer; its body follows, if it has one. */
export const useAnswer = v.variant('kind', [
  v.strictObject({
    kind: v.literal('answer'),
    status: v.number(),
    statusText: v.string(),
    headers: v.array(v.strictTuple([v.string(), v.string()]))
  }),
  /** Nothing was sent: the person has to be asked, by the one who asked for it. */
  v.strictObject({ kind: v.literal('question'), question: questionView })
])
export type UseAnswer = v.InferOutput<typeof useAnswer>

/** A wish for more than one request with a credential: a relay, or its value. */
export const handOutRequest = v.strictObject({
  service: serviceId,
  /** Null: the one that a rule of the person chooses, else the only account of the service. */
  account: v.nullable(text(200)),
  /** Host of a relay, with an optional port; null: the first host of the credential. */
  host: v.nullable(text(260)),
  scope: v.nullable(text(300)),
  reason: v.nullable(text(1000)),
  waits: v.boolean(),
  run,
  from
})
export type HandOutRequest = v.InferOutput<typeof handOutRequest>

/** A run that lasts as long as the body that follows, which is empty. `run`: its secret, which children inherit. */
export const runAnswer = v.strictObject({ run: v.string() })
export type RunAnswer = v.InferOutput<typeof runAnswer>

const asked = v.strictObject({ kind: v.literal('question'), question: questionView })

/** Names an open relay, for the client that has opened it. */
const relayTicket = text(64)

/** An open relay. It lasts as long as the body that follows, which is empty. */
export const relayAnswer = v.variant('kind', [
  v.strictObject({
    kind: v.literal('opened'),
    ticket: relayTicket,
    /** `host:port` to which its requests go. */
    host: v.string(),
    /** Environment variables that lead the programs of this service to an address with a path. */
    addresses: v.array(v.strictObject({ name: v.string(), path: v.string() })),
    /** Environment variables for a dummy in the place of a key. */
    dummies: v.array(v.strictObject({ name: v.string(), value: v.string() }))
  }),
  asked
])
export type RelayAnswer = v.InferOutput<typeof relayAnswer>

export const keptRelay = v.strictObject({ ticket: relayTicket })
export type KeptRelayRequest = v.InferOutput<typeof keptRelay>

/** A request of a program as it came in at a relay. */
export const relayedRequest = v.strictObject({
  ticket: relayTicket,
  method: methodName,
  /** What follows the host, with the query. */
  path: v.pipe(text(32_768), v.startsWith('/')),
  headers: v.pipe(v.array(v.strictTuple([text(65_536), text(65_536)])), v.maxLength(2000)),
  hasBody: v.boolean()
})
export type RelayedRequest = v.InferOutput<typeof relayedRequest>

/** The value of a credential: the one answer of a use that holds a secret. */
export const revealAnswer = v.variant('kind', [
  /** `header`: the line of a request that carries the value, as `Authorization: Bearer …`. */
  v.strictObject({ kind: v.literal('revealed'), value: v.string(), header: v.string() }),
  asked
])
export type RevealAnswer = v.InferOutput<typeof revealAnswer>

/** A call of a tool: its manifests, and what fills them in. */
export const toolCall = v.strictObject({
  manifests: v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(32)),
  toolId: text(100),
  parameters: v.record(text(64), v.unknown()),
  /** Values of the environment names that the manifests declare. */
  environment: v.record(text(64), text(8192)),
  reason: v.nullable(text(1000)),
  waits: v.boolean(),
  run,
  from
})
export type ToolCallRequest = v.InferOutput<typeof toolCall>

/** What a tool gives back. No token is in it. */
export const toolAnswer = v.variant('kind', [
  v.strictObject({
    kind: v.literal('result'),
    result: v.strictObject({
      success: v.boolean(),
      status: v.nullable(v.number()),
      headers: v.record(v.string(), v.string()),
      body: v.unknown(),
      error: v.nullable(v.string()),
      metadata: v.record(v.string(), v.unknown())
    })
  }),
  asked
])
export type ToolAnswerView = v.InferOutput<typeof toolAnswer>

export const durationName = v.picklist(['once', 'run', '10-minutes', 'until-lock', 'always'])

export const questionAnswer = v.strictObject({
  id: text(64),
  digest: text(64),
  answer: v.variant('kind', [
    v.strictObject({ kind: v.literal('denied') }),
    v.strictObject({ kind: v.literal('allowed'), duration: durationName, wholeHost: v.boolean() })
  ])
})
export type QuestionAnswer = v.InferOutput<typeof questionAnswer>

/** An answer of the person that holds for later requests, too. */
export const approvalView = v.strictObject({
  id: text(64),
  client: v.strictObject({ id: text(64), name: text(200) }),
  service: v.string(),
  name: v.string(),
  account: v.string(),
  mode: useMode,
  helper: v.exactOptional(helperName),
  scope: v.nullable(v.string()),
  host: v.string(),
  methods: v.array(v.string()),
  /** Null: every path of the host. */
  path: v.nullable(v.string()),
  /** True: `path` is a pattern, as in the rules of policy.yaml. */
  isPattern: v.boolean(),
  duration: durationName,
  givenAt: instant,
  until: v.nullable(instant),
  lastUsedAt: v.nullable(instant)
})
export type ApprovalView = v.InferOutput<typeof approvalView>
