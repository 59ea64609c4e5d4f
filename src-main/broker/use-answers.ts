import type { ProposalAnswer, ProposalWish } from '#shared/broker/proposals.ts'
import type {
  HandOutRequest,
  KeptRelayRequest,
  QuestionView,
  RelayedRequest,
  ToolCallRequest,
  UseRequest
} from '#shared/broker/use.ts'
import { readManifest, type ToolManifest } from '#shared/broker/tool-manifest.ts'
import { VaultError } from '#shared/problem.ts'
import type { WantedApproval } from '../core/use/approval.ts'
import type { Question } from '../core/use/approvals.ts'
import type { HandOut, OpenedRelay } from '../core/use/hand-out.ts'
import type { PermissionCaller } from '../core/use/permission.ts'
import type { HeldRelay, RelayTickets } from '../core/use/relay-tickets.ts'
import { runVariables } from '../core/use/run-variables.ts'
import type { BegunRun, Runs } from '../core/use/runs.ts'
import { hasEncodedSlash } from '../core/use/target.ts'
import { faultSentence } from '../core/use/use-sentences.ts'
import type { ToolRequest } from '../core/use/tool-chain.ts'
import { runTool, type ToolAnswer, type ToolAuth } from '../core/use/tool-executor.ts'
import type { SendAnswer, SendRequest } from '../core/use/use-ports.ts'
import type { Use } from '../core/use/use-checks.ts'
import type { UseService } from '../core/use/use-service.ts'
import { targetOf } from './parse-target.ts'
import { relayedHeaders } from './relayed-headers.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'

export type UseAnswerPorts = {
  readonly service: UseService
  readonly handOut: HandOut
  readonly tickets: RelayTickets
  readonly runs: Pick<Runs, 'begin' | 'find'>
  /** A question as it is shown to the person. */
  readonly viewOf: (question: Question) => QuestionView
  /** Throws as `propose` of the rules. */
  readonly propose: (wish: ProposalWish, caller: Pick<Caller, 'client' | 'peer'>) => Promise<ProposalAnswer>
  /** Sends a request without a credential. Throws as `Sender.send`. */
  readonly sendPublic: (request: Omit<SendRequest, 'isLocal' | 'credential'>) => Promise<SendAnswer>
}

/** Most bytes of an answer to a tool. */
const MOST_TOOL_BYTES = 4 * 1024 * 1024

/** The answers to programs that use a credential, for the socket. */
export function useAnswers(ports: UseAnswerPorts) {
  return {
    use: (request: UseRequest, caller: Caller) => useAnswer(ports, request, caller),
    relay: (request: HandOutRequest, caller: Caller) => relayAnswer(ports, request, caller),
    keepRelay: (request: KeptRelayRequest, caller: Caller) => keepRelayAnswer(ports, request, caller),
    useRelay: (request: RelayedRequest, caller: Caller) => useRelayAnswer(ports, request, caller),
    beginRun: async (_nothing: undefined, caller: Caller) => runAnswer(ports, caller),
    reveal: (request: HandOutRequest, caller: Caller) => revealAnswer(ports, request, caller),
    runTool: (request: ToolCallRequest, caller: Caller) => toolAnswer(ports, request, caller),
    propose: async (wish: ProposalWish, caller: Caller): Promise<SocketAnswer> => ({
      value: await ports.propose(wish, caller)
    })
  }
}

type Views = Pick<UseAnswerPorts, 'viewOf'>

function permissionOf(
  { runs, viewOf }: UseAnswerPorts,
  { run = null }: { readonly run?: string | null },
  { client, peer, signal, tell }: Caller
): PermissionCaller {
  const onQuestion = (question: Question): void => void tell({ question: viewOf(question) })
  return { client, peer, run: runs.find(run, client.id), signal, onQuestion }
}

const asked = ({ viewOf }: Views, question: Question): SocketAnswer => ({
  value: { kind: 'question', question: viewOf(question) }
})

async function useAnswer(ports: UseAnswerPorts, request: UseRequest, caller: Caller): Promise<SocketAnswer> {
  const use = { ...request, body: request.hasBody ? caller.body : null }
  return await sent(ports, use, permissionOf(ports, request, caller))
}

async function sent(ports: UseAnswerPorts, use: Use, caller: PermissionCaller): Promise<SocketAnswer> {
  const outcome = await ports.service.use(use, caller)
  if (outcome.kind === 'question') return asked(ports, outcome.question)
  const { status, statusText, headers, body: answered } = outcome.answer
  return { value: { kind: 'answer', status, statusText, headers }, body: answered }
}

/** The run lasts as long as its client reads the empty body of this answer. */
function runAnswer({ runs }: UseAnswerPorts, { client, signal }: Caller): SocketAnswer {
  const run = runs.begin(client.id)
  return { value: { run: run.secret }, body: untilRunEnds(signal, run) }
}

/** A body without a byte that ends with its client, or when the vault closes. */
async function* untilRunEnds(signal: AbortSignal, { ended, end }: BegunRun): AsyncGenerator<Uint8Array> {
  const gone = Promise.withResolvers<void>()
  if (signal.aborted) gone.resolve()
  signal.addEventListener('abort', () => gone.resolve(), { once: true })
  try {
    await Promise.race([gone.promise, ended])
    yield* []
  } finally {
    end()
  }
}

/** The relay lasts as long as its client reads the empty body of this answer. */
async function relayAnswer(
  ports: UseAnswerPorts,
  wish: HandOutRequest,
  caller: Caller
): Promise<SocketAnswer> {
  const opened = await ports.handOut.openRelay(wish, permissionOf(ports, wish, caller))
  if (opened.kind === 'question') return asked(ports, opened.question)
  const { host, preset, wanted } = opened
  const held = ports.tickets.open(wanted)
  const { addresses, dummies } = runVariables(preset)
  const value = { kind: 'opened', ticket: held.ticket, host, addresses, dummies }
  return { value, body: untilEnd(caller.signal, opened, held) }
}

async function keepRelayAnswer(
  ports: UseAnswerPorts,
  { ticket }: KeptRelayRequest,
  caller: Caller
): Promise<SocketAnswer> {
  const wanted = await allowedFor(ports, ticket, caller)
  const opened = await ports.handOut.goOn(wanted, throughRelay(ports, wanted, caller))
  return { value: null, body: untilEnd(caller.signal, opened, ports.tickets.keep(ticket, caller.client.id)) }
}

/** What comes through a relay belongs to the run of the relay, so that it ends with what allowed that. */
function throughRelay(ports: UseAnswerPorts, { run }: WantedApproval, caller: Caller): PermissionCaller {
  return { ...permissionOf(ports, {}, caller), run }
}

/** What the ticket allows. Throws APPROVAL_DENIED, after that was written down. */
async function allowedFor(ports: UseAnswerPorts, ticket: string, caller: Caller): Promise<WantedApproval> {
  try {
    return ports.tickets.find(ticket, caller.client.id)
  } catch (error) {
    await ports.handOut.noteOver(permissionOf(ports, {}, caller))
    throw error
  }
}

/** A body without a byte that ends with its client, with the access, or after the longest life of a relay. */
async function* untilEnd(
  signal: AbortSignal,
  opened: OpenedRelay,
  held: HeldRelay
): AsyncGenerator<Uint8Array> {
  const over = Promise.withResolvers<'over'>()
  const timer = setTimeout(() => over.resolve('over'), held.until.getTime() - Date.now())
  if (signal.aborted) over.resolve('over')
  signal.addEventListener('abort', () => over.resolve('over'), { once: true })
  void opened.ended.then(() => over.resolve('over'))
  try {
    // No clean end: its client comes to the next vault.
    if ((await Promise.race([over.promise, held.ended])) === 'handed-over') throw movedOn()
    yield* []
  } finally {
    clearTimeout(timer)
    held.release()
    await opened.closed()
  }
}

function movedOn(): VaultError {
  return new VaultError('BROKER_UNREACHABLE', { message: 'Another Latchkey process takes over. Ask it.' })
}

async function useRelayAnswer(
  ports: UseAnswerPorts,
  { ticket, method, path, headers, hasBody }: RelayedRequest,
  caller: Caller
): Promise<SocketAnswer> {
  const wanted = await allowedFor(ports, ticket, caller)
  const { entry, host, preset } = ports.handOut.relayOf(wanted)
  const use: Use = {
    ...entry.ref,
    method,
    url: `https://${host}${path}`,
    headers: relayedHeaders(headers, preset),
    body: hasBody ? caller.body : null,
    scope: wanted.scope,
    reason: null,
    waits: false,
    isPermitted: true
  }
  return await sent(ports, use, throughRelay(ports, wanted, caller))
}

async function revealAnswer(
  ports: UseAnswerPorts,
  wish: HandOutRequest,
  caller: Caller
): Promise<SocketAnswer> {
  const revealed = await ports.handOut.reveal(wish, permissionOf(ports, wish, caller))
  if (revealed.kind === 'question') return asked(ports, revealed.question)
  return { value: { kind: 'revealed', value: revealed.secret.expose((text) => text) } }
}

async function toolAnswer(
  ports: UseAnswerPorts,
  call: ToolCallRequest,
  caller: Caller
): Promise<SocketAnswer> {
  let question: Question | null = null
  const sendWith = async (request: ToolRequest, auth: ToolAuth): Promise<ToolAnswer> => {
    const { body } = request
    const { service, account, scope } = auth
    const use = { ...request, service, account, scope, reason: call.reason, waits: call.waits }
    const outcome = await ports.service.use(
      { ...use, body: body === null ? null : () => textBody(body), scheme: auth.scheme },
      permissionOf(ports, call, caller)
    )
    if (outcome.kind === 'answer') return await whole(outcome.answer)
    question = outcome.question
    throw new VaultError('APPROVAL_DENIED')
  }
  const result = await runTool(
    { sendWith, sendPublic: (request) => sendPublic(ports, request, caller.signal) },
    manifestsOf(call.manifests),
    call
  )
  return question === null ? { value: { kind: 'result', result } } : asked(ports, question)
}

async function sendPublic(
  ports: UseAnswerPorts,
  { url, method, headers, body }: ToolRequest,
  signal: AbortSignal
): Promise<ToolAnswer> {
  const found = targetOf(url)
  if (found.kind === 'fault') throw new VaultError('INVALID_REQUEST')
  const { target } = found
  // No preset says how the servers of a public tool read it.
  if (hasEncodedSlash(target.path)) {
    throw new VaultError('INVALID_REQUEST', { message: faultSentence('path-encoding') })
  }
  return await whole(
    await ports.sendPublic({ target, method, headers, signal, body: body === null ? null : textBody(body) })
  )
}

/** Throws INVALID_REQUEST with the sentence of the first fault. */
function manifestsOf(values: readonly unknown[]): ReadonlyMap<string, ToolManifest> {
  const all = values.map((value) => {
    const found = readManifest(value)
    if (found.kind === 'fault') throw new VaultError('INVALID_REQUEST', { message: found.message })
    return found.manifest
  })
  return new Map(all.map((manifest) => [manifest.tool_id, manifest]))
}

async function* textBody(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

async function whole({
  status,
  headers,
  body
}: Pick<SendAnswer, 'status' | 'headers' | 'body'>): Promise<ToolAnswer> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body) {
    length += piece.length
    if (length > MOST_TOOL_BYTES) {
      throw new VaultError('PROVIDER_REFUSED', { message: 'The answer is larger than 4 MiB. Ask for less.' })
    }
    pieces.push(piece)
  }
  return { status, headers, body: Buffer.concat(pieces) }
}
