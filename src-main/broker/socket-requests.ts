import * as v from 'valibot'
import { socketRequests } from '#shared/socket-requests.ts'
import { VaultError } from '#shared/problem.ts'
import { answeredWhileLocked } from '#shared/lock.ts'
import type { VaultLock, Waiter } from '../core/lock/vault-lock.ts'
import { WAITS_FOR_LOCK } from '../../src-socket/frames.ts'
import { TERMINAL } from '../../src-socket/handshake.ts'
import type { Caller, SocketAnswer, SocketHandler } from './socket-connection.ts'

export type SocketRequestPorts = {
  /** Default: nothing is ever locked. */
  readonly lock?: Pick<VaultLock, 'opened'>
  /** Answers a request by a value. */
  readonly handlers: Readonly<Record<string, (...args: never[]) => Promise<unknown>>>
  /** Answers a request that looks at who asks, takes a body or tells of its course; its answer may have a body. */
  readonly uses: Readonly<Record<string, (input: never, caller: Caller) => Promise<SocketAnswer>>>
}

/** Longest time in milliseconds that a request waits for the person to open the lock. */
const LOCK_WAIT_MS = 5 * 60_000
/** The same for a helper, whose tool has to hear something within five seconds. */
const HELPER_LOCK_WAIT_MS = 3000

/**
 * Answers what comes through the socket: checks who asks and the arguments, waits for the lock, calls the handler and
 * checks its answer. A name that is not in the table does not exist.
 */
export function socketHandler({ lock, handlers, uses }: SocketRequestPorts): SocketHandler {
  return async (name, args, caller) => {
    const row = Object.hasOwn(socketRequests, name) ? socketRequests[name] : undefined
    if (row === undefined) throw new VaultError('INVALID_REQUEST')
    if (row.asker === 'person' && caller.client.id !== TERMINAL) {
      throw new VaultError('INVALID_REQUEST', { message: 'Only the person may ask for this, not a program.' })
    }
    const input = v.safeParse(row.input, args)
    if (!input.success) throw new VaultError('INVALID_REQUEST', { message: faultOf(input.issues) })
    const use = uses[name]
    const handler = handlers[name]
    if (use === undefined && handler === undefined) throw new VaultError('INTERNAL')
    if (!answeredWhileLocked.has(name)) await lock?.opened(waiterOf(name, input.output[0], caller))
    const answer: SocketAnswer =
      use === undefined
        ? { value: await handler?.(...(input.output as never[])) }
        : await use(input.output[0] as never, caller)
    const output = v.safeParse(row.output, answer.value)
    if (!output.success) throw new VaultError('INTERNAL')
    return { ...answer, value: output.output }
  }
}

function waiterOf(name: string, wish: unknown, { client, signal, tell }: Caller): Waiter {
  const waits = (wish as { readonly waits?: unknown } | null | undefined)?.waits !== false
  const ms = waits ? LOCK_WAIT_MS : 0
  return {
    ...client,
    signal,
    ms: name === 'helperCredential' ? Math.min(ms, HELPER_LOCK_WAIT_MS) : ms,
    // A client that is gone hears nothing; its request ends by its signal.
    onWait: () => void tell(WAITS_FOR_LOCK).catch(() => undefined)
  }
}

/** Names only the place of the fault: valibot's own messages quote the value. */
function faultOf(issues: readonly v.BaseIssue<unknown>[]): string {
  const path = issues[0] === undefined ? null : v.getDotPath(issues[0])
  return path === null
    ? 'The request was not understood.'
    : `The request was not understood: ${path.replace(/^\d+\.?/, '') || 'argument'}.`
}
