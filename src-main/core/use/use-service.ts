import { credentialKey } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { Secret } from '../secret.ts'
import { isListedLocal } from './access-rules.ts'
import { relayed, type WantedApproval } from './approval.ts'
import type { Question } from './approval.ts'
import { permit, type PermissionCaller } from './permission.ts'
import type { BudgetLeft } from './budgets.ts'
import type { RowOfUse } from './refusals.ts'
import { answerHeaders } from './request-headers.ts'
import type { SendAnswer, UsePorts } from './use-ports.ts'
import type { StopSignal } from './stop-signal.ts'
import { type Checked, checkedUse, hostPort, type Use, useRow } from './use-checks.ts'
import { ACCESS_ENDED, budgetSentence, ENDED } from './use-sentences.ts'

export type { Use } from './use-checks.ts'

type UsedAnswer = Omit<SendAnswer, 'removed' | 'showsSecret' | 'discard'>

export type UseOutcome =
  | { readonly kind: 'answer'; readonly answer: UsedAnswer }
  | { readonly kind: 'question'; readonly question: Question }

/** Methods that change nothing, which may be sent a second time (RFC 9110 section 9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Sends requests with credentials for clients that never see them. */
export class UseService {
  readonly #ports: UsePorts

  constructor(ports: UsePorts) {
    this.#ports = ports
  }

  /**
   * Checks the request, asks the person where no approval covers it, writes down what is about to happen, and
   * sends it. Throws INVALID_REQUEST, UNKNOWN_SERVICE, ORIGIN_NOT_ALLOWED, APPROVAL_DENIED, STORE_WRITE_FAILED
   * if it can not be written down, as `TokenService.getToken`, and as `Sender.send`.
   */
  async use(use: Use, caller: PermissionCaller): Promise<UseOutcome> {
    const checked = await checkedUse(this.#ports, use, caller)
    // The person is not asked about a request that could not be sent.
    await this.#requireBudget(await this.#ports.budget.left(caller.client), checked, caller)
    const question = await this.#approved(checked, caller)
    if (question !== null) return { kind: 'question', question }
    const run = this.#follow(checked, caller)
    try {
      return { kind: 'answer', answer: await this.#run(checked, caller, run) }
    } catch (error) {
      run.over()
      throw error
    }
  }

  /**
   * Puts a request before the person that is not sent now; the question stays for its time. Null: it is allowed already.
   * Throws as `use` does before it sends.
   */
  async ask(use: Use, caller: PermissionCaller): Promise<Question | null> {
    const checked = await checkedUse(this.#ports, use, caller)
    await this.#requireBudget(await this.#ports.budget.left(caller.client), checked, caller)
    if (this.#ports.approvals.given.isAllowedNow(wantedOf(checked, caller), use.reason)) return null
    return await this.#approved(checked, caller)
  }

  /** From here on the use ends with its approval, also while its answer is read. */
  #follow(checked: Checked, caller: PermissionCaller): Run {
    const { approvals, stopper } = this.#ports
    const { signal, stop } = stopper(caller.signal)
    let hasEnded = false
    const over = approvals.given.follow(followedOf(checked, caller), () => {
      hasEnded = true
      stop()
    })
    return { signal, over, hasEnded: () => hasEnded }
  }

  async #run(checked: Checked, caller: PermissionCaller, run: Run): Promise<UsedAnswer> {
    await this.#requireBudget(await this.#ports.budget.take(caller.client), checked, caller)
    const row = useRow(checked, caller)
    const intent = await this.#ports.audit.append({ ...row, kind: 'intent' })
    const outcome = this.#outcomeOf({ ...row, kind: 'outcome', of: intent }, run)
    try {
      return watched(await this.#send(checked, run), outcome, run)
    } catch (error) {
      await outcome({ code: codeOf(error) })
      throw error
    }
  }

  async #requireBudget(left: BudgetLeft, checked: Checked, caller: PermissionCaller): Promise<void> {
    if (left === 'ok') return
    await this.#ports.refusals.note(useRow(checked, caller), `budget-${left}`)
    throw denied(budgetSentence(left))
  }

  /** Null: the use is approved. Else the question that the client has to put to the person. */
  async #approved(checked: Checked, caller: PermissionCaller): Promise<Question | null> {
    const { reason, waits, isPermitted } = checked.use
    if (isPermitted === true) return null
    const onRefused = (code: string): Promise<void> =>
      this.#ports.refusals.note(useRow(checked, caller), code)
    return await permit(
      this.#ports,
      { wanted: wantedOf(checked, caller), reason, waits },
      { caller, onRefused }
    )
  }

  async #send(checked: Checked, { signal, hasEnded }: Run): Promise<SendAnswer> {
    const { entry, headers, rules, target, use } = checked
    const { schemeFor, sender, tokens } = this.#ports
    const held = await tokens.getToken(entry.ref, use.scope === null ? {} : { scope: use.scope })
    // Only a provider whose row asks for bound tokens has bound any.
    const proofKey = entry.provider?.dpop === true ? await tokens.proofKey(entry.ref) : null
    if (hasEnded()) throw denied(ENDED)
    const body = use.body?.() ?? null
    const isLocal = isListedLocal(rules, target)
    const request = { target, isLocal, method: use.method, headers, body, signal }
    const scheme = schemeFor(entry, use.scheme)
    const carrier = { key: credentialKey(entry.ref), scheme, ...(proofKey !== null && { proofKey }) }
    const sendWith = async (secret: Secret): Promise<SendAnswer> => {
      try {
        return await sender.send({ ...request, credential: { ...carrier, secret } })
      } catch (error) {
        throw hasEnded() ? denied(ACCESS_ENDED) : error
      }
    }
    const answer = await sendWith(held)
    if (answer.status !== 401 || entry.kind !== 'oauth') return answer
    if (body !== null || !SAFE.has(use.method)) return answer
    const fresh = await this.#refreshed(checked, held)
    if (fresh === null || hasEnded()) return answer
    answer.discard()
    return await sendWith(fresh)
  }

  /** A token in place of one that the API has refused. Null: there is none, so the answer stands as it is. */
  async #refreshed({ entry, use }: Checked, rejected: Secret): Promise<Secret | null> {
    const need = use.scope === null ? { rejected } : { scope: use.scope, rejected }
    const fresh = await this.#ports.tokens.getToken(entry.ref, need).catch(() => null)
    return fresh === null || fresh.equals(rejected) ? null : fresh
  }

  /** Writes the outcome once. A row that can not be written leaves its intent open, which the log shows. */
  #outcomeOf(row: RowOfUse & { readonly kind: 'outcome' }, run: Run): Outcome {
    let isWritten = false
    return async (end) => {
      if (isWritten) return
      isWritten = true
      run.over()
      const { showsSecret = false, ...result } = end
      await this.#ports.audit.append({ ...row, ...result }).catch(() => 0)
      if (!showsSecret) return
      const event = { ...row, kind: 'event', of: null, action: 'new-credential' } as const
      await this.#ports.audit.append({ ...event, status: result.status ?? null }).catch(() => 0)
    }
  }
}

/** A use that was allowed and is under way. */
type Run = {
  /** Aborted when the client gives up or the access ends. */
  readonly signal: StopSignal
  /** The access has ended. */
  readonly hasEnded: () => boolean
  /** To be called when the use has ended. */
  readonly over: () => void
}

type End = Pick<RowOfUse, 'status' | 'code' | 'redacted' | 'bytes'> & { readonly showsSecret: boolean }
type Outcome = (end: Partial<End>) => Promise<void>

/** The answer for the client; its end, in whatever way, is written down. */
function watched(answer: SendAnswer, outcome: Outcome, { signal, hasEnded }: Run): UsedAnswer {
  const { status, statusText, headers } = answer
  // A body that nobody begins to read ends with its client.
  const giveUp = (): void => void outcome({ status, bytes: 0, redacted: answer.removed(), code: 'NOT_READ' })
  signal.addEventListener('abort', giveUp, { once: true })
  const begin = (): void => signal.removeEventListener('abort', giveUp)
  const body = counted(answer, { begin, hasEnded, onEnd: (end) => outcome({ status, ...end }) })
  return { status, statusText, headers: answerHeaders(headers), body }
}

type Reading = {
  readonly begin: () => void
  readonly hasEnded: () => boolean
  readonly onEnd: Outcome
}

/** Passes the body on and reports how it ended: whole, cut off, or not wanted any more. */
async function* counted(answer: SendAnswer, { begin, hasEnded, onEnd }: Reading): AsyncGenerator<Uint8Array> {
  let bytes = 0
  let code: string | null = 'NOT_READ'
  begin()
  try {
    for await (const piece of answer.body) {
      bytes += piece.length
      yield piece
    }
    code = null
  } catch (error) {
    const shown = hasEnded() ? denied(ACCESS_ENDED) : error
    code = codeOf(shown)
    throw shown
  } finally {
    await onEnd({ bytes, redacted: answer.removed(), showsSecret: answer.showsSecret(), code })
  }
}

function wantedOf({ entry, target, use }: Checked, { client, run }: PermissionCaller): WantedApproval {
  return {
    client: client.id,
    run,
    credential: credentialKey(entry.ref),
    mode: 'use',
    scope: use.scope,
    host: hostPort(target),
    method: use.method,
    path: target.path
  }
}

/** What the approval of a use covers: the request, or the relay that it comes through. */
function followedOf(checked: Checked, caller: PermissionCaller): WantedApproval {
  const wanted = wantedOf(checked, caller)
  return checked.use.isPermitted === true ? { ...wanted, ...relayed } : wanted
}

const codeOf = (error: unknown): string => (error instanceof VaultError ? error.code : 'INTERNAL')
const denied = (message: string): VaultError => new VaultError('APPROVAL_DENIED', { message })
