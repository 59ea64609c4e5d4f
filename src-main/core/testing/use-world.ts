import { VaultError } from '#shared/problem.ts'
import type { Credential } from '../credential-record.ts'
import { Secret } from '../secret.ts'
import type { TokenNeed } from '../tokens/token-choice.ts'
import type { AccessRules } from '../use/access-rules.ts'
import type { Approval, ApprovalAnswer, WantedApproval } from '../use/approval.ts'
import type { Question } from '../use/approval.ts'
import { Approvals } from '../use/approvals.ts'
import type { NewAuditRow } from '../use/audit-row.ts'
import type { BudgetLeft } from '../use/budgets.ts'
import { type Client, unknownPeer } from '../use/client.ts'
import type { SendAnswer, SendRequest, UsePorts } from '../use/use-ports.ts'
import type { StopSignal } from '../use/stop-signal.ts'
import { type Use, UseService } from '../use/use-service.ts'
import { faulty } from '../use/target.ts'
import { Refusals } from '../use/refusals.ts'
import { FakeClock } from './fake-clock.ts'
import { MemoryRepository } from './memory-repository.ts'

export const bot: Client = { id: 'bot-id', name: 'bot' }
export const terminal: Client = { id: 'terminal', name: 'terminal' }

/** What the tests want to be approved. */
export function sampleWanted(change: Partial<WantedApproval> = {}): WantedApproval {
  return {
    client: 'bot-id',
    run: null,
    credential: '["sso.example.net","alice"]',
    mode: 'use',
    scope: null,
    host: 'api.example.net:443',
    method: 'GET',
    path: '/v1/items',
    ...change
  }
}

/** Approvals over a fake clock, with what they told and wrote. */
export function approvalWorld({ kept = [] }: { readonly kept?: readonly Approval[] } = {}) {
  const clock = new FakeClock()
  const written: (readonly Approval[])[] = []
  const shown: (readonly Question[])[] = []
  /** Ids of the runs that last. */
  const runs = new Set<string>()
  let ids = 0
  const approvals = new Approvals({
    clock,
    newId: () => `id-${String((ids += 1))}`,
    digest: (text) => `digest of ${text}`,
    read: () => kept,
    write: (all) => written.push(all),
    onQuestions: (questions) => shown.push(questions),
    isRunOpen: (run) => runs.has(run)
  })
  const ask = (wanted: WantedApproval, reason: string | null = null): Question =>
    approvals.questions.ask({ id: wanted.client, name: wanted.client }, unknownPeer, wanted, reason)
  const allow = (wanted: WantedApproval, duration: 'once' | Approval['duration'], wholeHost = true): void => {
    const { id, digest } = ask(wanted)
    approvals.questions.answer(id, digest, { kind: 'allowed', duration, wholeHost })
  }
  return { approvals, clock, written, shown, runs, ask, allow }
}

/** An answer of a server whose body comes in these pieces; `fault` is thrown after them. */
export function sampleAnswer(change: Partial<SendAnswer> & { pieces?: string[]; fault?: Error } = {}) {
  const { pieces = ['first', 'last'], fault = null, ...rest } = change
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) yield Uint8Array.from(piece, (sign) => sign.charCodeAt(0))
    if (fault !== null) throw fault
  }
  return {
    status: 200,
    statusText: 'OK',
    headers: [],
    body: body(),
    removed: () => 2,
    showsSecret: () => false,
    discard: () => undefined,
    ...rest
  } satisfies SendAnswer
}

const rules: AccessRules = {
  hosts: ['api.example.net'],
  localHosts: [],
  readOnly: false,
  rules: [],
  clientRules: []
}

/** A use service whose outside is in memory. `steps` has what happened at the ports, in order. */
export async function useWorld(...credentials: readonly Credential[]) {
  const approvalsWorld = approvalWorld()
  const { approvals, clock } = approvalsWorld
  const repository = new MemoryRepository()
  for (const credential of credentials) await repository.save(credential)
  const steps: string[] = []
  const rows: NewAuditRow[] = []
  const needs: TokenNeed[] = []
  const sent: SendRequest[] = []
  const state = {
    rules: rules as AccessRules | null,
    policyFault: null as VaultError | null,
    /** Requests that the client may still send, and which budget is then used up. */
    left: 100,
    spent: 'day' as BudgetLeft,
    asksInWindow: false,
    isAuditFull: false,
    tokens: ['token-1', 'token-2', 'token-3'],
    answers: [] as (SendAnswer | VaultError)[],
    proofKey: null as Secret | null,
    /** Called while a token is fetched. */
    duringToken: (): void => undefined
  }
  const append = async (row: NewAuditRow): Promise<number> => {
    if (state.isAuditFull) throw new VaultError('STORE_WRITE_FAILED')
    steps.push(`row ${row.kind}`)
    return rows.push(row)
  }
  const ports: UsePorts = {
    clock,
    repository,
    approvals,
    tokens: {
      getToken: async (_ref, need = {}) => {
        steps.push('token')
        needs.push(need)
        state.duringToken()
        return new Secret(state.tokens[needs.length - 1] ?? '')
      },
      proofKey: async () => {
        steps.push('proof key')
        return state.proofKey
      }
    },
    targetOf,
    rulesFor: async () => {
      if (state.policyFault !== null) throw state.policyFault
      return state.rules
    },
    budget: {
      left: async () => (state.left > 0 ? 'ok' : state.spent),
      take: async () => (state.left > 0 ? ((state.left -= 1), 'ok') : state.spent)
    },
    schemeFor: () => ({ kind: 'bearer' }),
    asksInWindow: () => state.asksInWindow,
    audit: { append },
    refusals: new Refusals(clock, append),
    sender: {
      send: async (request) => {
        steps.push('send')
        sent.push(request)
        const answer = state.answers.shift() ?? sampleAnswer()
        if (answer instanceof VaultError) throw answer
        return answer
      },
      cut: (credential) => void steps.push(`cut ${credential}`)
    },
    stopper: (outer) => {
      const signal = new Stop()
      outer.addEventListener('abort', () => signal.abort())
      return { signal, stop: () => signal.abort() }
    }
  }
  const service = new UseService(ports)
  const stop = new Stop()
  const caller = (client: Client = bot, signal: StopSignal = stop) => ({
    client,
    peer: unknownPeer,
    run: null,
    signal,
    onQuestion: () => void steps.push('question')
  })
  const use = (change: Partial<Use> = {}, client: Client = bot, signal: StopSignal = stop) =>
    service.use({ ...sampleUse, ...change }, caller(client, signal))
  const ask = (change: Partial<Use> = {}) => service.ask({ ...sampleUse, ...change }, caller())
  const answerQuestion = (answer: ApprovalAnswer): void => {
    const [question] = approvals.questions.list()
    if (question !== undefined) approvals.questions.answer(question.id, question.digest, answer)
  }
  return { ...approvalsWorld, state, steps, rows, needs, sent, stop, use, ask, answerQuestion }
}

const sampleUse: Use = {
  service: 'sso.example.net',
  account: null,
  method: 'GET',
  url: 'https://api.example.net/v1/items?page=2',
  headers: [],
  body: null,
  scope: null,
  reason: null,
  waits: false
}

const targetOf: UsePorts['targetOf'] = (url) => {
  const [, host = '', path = '', query = ''] = /^https:\/\/([a-z.]+)(\/[^?]*)(.*)$/.exec(url) ?? []
  if (host === '') return faulty('not-a-url')
  return { kind: 'target', target: { scheme: 'https', host, isLiteral: false, port: 443, path, query } }
}

/** The signal of a client. */
export class Stop implements StopSignal {
  readonly #listeners = new Set<() => void>()
  aborted = false

  /** The client gives up. */
  abort(): void {
    this.aborted = true
    for (const listener of this.#listeners) listener()
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener)
  }
}
