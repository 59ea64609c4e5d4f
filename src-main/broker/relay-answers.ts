import type { HandOutRequest, KeptRelayRequest, RelayedRequest } from '#shared/broker/use.ts'
import { VaultError } from '#shared/problem.ts'
import type { WantedApproval } from '../core/use/approval.ts'
import type { OpenedRelay } from '../core/use/hand-out.ts'
import type { PermissionCaller } from '../core/use/permission.ts'
import type { HeldRelay } from '../core/use/relay-tickets.ts'
import { runVariables } from '../core/use/run-variables.ts'
import type { Use } from '../core/use/use-checks.ts'
import { meantAccount } from './account-rule-answers.ts'
import { relayedHeaders } from './relayed-headers.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'
import { asked, permissionOf, sent, type UseAnswerPorts } from './use-answer-ports.ts'

/** The answers to programs that open a relay, go on with one, or send through one. */
export function relayAnswers(ports: UseAnswerPorts) {
  return {
    relay: (request: HandOutRequest, caller: Caller) => relayAnswer(ports, request, caller),
    keepRelay: (request: KeptRelayRequest, caller: Caller) => keepRelayAnswer(ports, request, caller),
    useRelay: (request: RelayedRequest, caller: Caller) => useRelayAnswer(ports, request, caller)
  }
}

/** The relay lasts as long as its client reads the empty body of this answer. */
async function relayAnswer(
  ports: UseAnswerPorts,
  wish: HandOutRequest,
  caller: Caller
): Promise<SocketAnswer> {
  const account = meantAccount(ports, wish, caller)
  const opened = await ports.handOut.openRelay({ ...wish, account }, permissionOf(ports, wish, caller))
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
