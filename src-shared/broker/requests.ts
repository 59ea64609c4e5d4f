import * as v from 'valibot'
import type { Door } from '../doors.ts'
import { auditReport } from './audit.ts'
import * as use from './use.ts'
import { questionAnswer, questionView } from './use.ts'
import {
  helperAccounts,
  helperAnswer,
  helperPlaces,
  helperQuery,
  helperWish,
  suspectWish
} from './helpers.ts'
import { policyReport, policyWish } from './policy.ts'
import { clientName, newClient } from './clients.ts'
import { proposalAnswer, proposalWish } from './proposals.ts'

/** Who may ask: any paired program, or only the person, from a window or their own terminal. */
export type Asker = 'program' | 'person'

/** A request of the socket: who may ask, and the schemas of its arguments and its answer. */
export type SocketRow = {
  readonly doors: readonly Door[]
  readonly asker: Asker
  readonly input: v.GenericSchema<unknown[]>
  readonly output: v.GenericSchema
}

const socketOnly: readonly Door[] = ['socket']
const nothing = v.null()

/** The requests that come through the socket alone. No answer but those of `pairClient`, `beginRun`, `reveal` and `helperCredential` holds a secret. */
export const brokerRequests = {
  /** Which vault answers. */
  status: {
    doors: socketOnly,
    asker: 'program',
    input: v.strictTuple([]),
    output: v.strictObject({ version: v.string(), holder: v.picklist(['app', 'serve']), pid: v.number() })
  },
  /** Sends a request with a credential. Its answer has a body. */
  use: {
    doors: socketOnly,
    asker: 'program',
    input: v.strictTuple([use.useRequest]),
    output: use.useAnswer
  },
  /** Allows any request to a host, for a program that takes a base URL. */
  relay: {
    doors: socketOnly,
    asker: 'program',
    input: v.strictTuple([use.handOutRequest]),
    output: use.relayAnswer
  },
  /** Goes on with a relay that the vault before this one has opened. Its answer has a body, as that of `relay`. */
  keepRelay: { doors: socketOnly, asker: 'program', input: v.strictTuple([use.keptRelay]), output: nothing },
  /** Sends a request that came in at a relay. Its answer has a body. */
  useRelay: {
    doors: socketOnly,
    asker: 'program',
    input: v.strictTuple([use.relayedRequest]),
    output: use.useAnswer
  },
  /** Begins a run: an approval can be given for all that belongs to it. */
  beginRun: { doors: socketOnly, asker: 'program', input: v.strictTuple([]), output: use.runAnswer },
  /** Gives the value of a credential out. */
  reveal: {
    doors: socketOnly,
    asker: 'program',
    input: v.strictTuple([use.handOutRequest]),
    output: use.revealAnswer
  },
  /** Gives a credential to the helper of a tool, such as git, for one host. */
  helperCredential: {
    doors: socketOnly,
    asker: 'program',
    input: v.strictTuple([helperWish]),
    output: helperAnswer
  },
  /** What a helper would be given without a question. */
  helperAccounts: {
    doors: socketOnly,
    asker: 'program',
    input: v.strictTuple([helperQuery]),
    output: helperAccounts
  },
  /** Where Latchkey has a credential for a tool, allowed or not. */
  helperPlaces: {
    doors: socketOnly,
    asker: 'person',
    input: v.strictTuple([helperQuery]),
    output: helperPlaces
  },
  /** A host refused a value that a helper was given: the next one is refreshed first. */
  suspectCredential: {
    doors: socketOnly,
    asker: 'program',
    input: v.strictTuple([suspectWish]),
    output: nothing
  },
  /** Runs a tool: one request that its manifest describes. */
  runTool: {
    doors: socketOnly,
    asker: 'program',
    input: v.strictTuple([use.toolCall]),
    output: use.toolAnswer
  },
  /** Asks the person to add or to allow something. It waits, and is no permission. */
  propose: {
    doors: socketOnly,
    asker: 'program',
    input: v.strictTuple([proposalWish]),
    output: proposalAnswer
  },
  listQuestions: {
    doors: socketOnly,
    asker: 'person',
    input: v.strictTuple([]),
    output: v.array(questionView)
  },
  answerQuestion: {
    doors: socketOnly,
    asker: 'person',
    input: v.strictTuple([questionAnswer]),
    output: nothing
  },
  /** Names a program and gives it a secret of its own, which is shown this once. */
  pairClient: { doors: socketOnly, asker: 'person', input: v.strictTuple([clientName]), output: newClient },
  /** Lets a log go on in which rows are lost or changed; a row of it says so. */
  acceptAudit: { doors: socketOnly, asker: 'person', input: v.strictTuple([]), output: auditReport },
  /** Checks a policy and says what it would have decided otherwise. */
  checkPolicy: {
    doors: socketOnly,
    asker: 'person',
    input: v.strictTuple([policyWish]),
    output: policyReport
  },
  /** Ends this vault process so that another one can open the home. */
  handOver: { doors: socketOnly, asker: 'person', input: v.strictTuple([]), output: nothing }
} as const satisfies Record<string, SocketRow>

export type BrokerRequests = typeof brokerRequests
export type BrokerHandlers = {
  readonly [
    Name in Exclude<
      keyof BrokerRequests,
      | 'use'
      | 'beginRun'
      | 'relay'
      | 'keepRelay'
      | 'useRelay'
      | 'reveal'
      | 'runTool'
      | 'helperCredential'
      | 'helperAccounts'
      | 'helperPlaces'
      | 'suspectCredential'
      | 'propose'
      | 'status'
      | 'handOver'
    >
  ]: (
    ...args: v.InferOutput<BrokerRequests[Name]['input']>
  ) => Promise<v.InferOutput<BrokerRequests[Name]['output']>>
}
