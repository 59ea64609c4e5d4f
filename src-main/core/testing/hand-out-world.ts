import { VaultError } from '#shared/problem.ts'
import type { Credential } from '../credential-record.ts'
import { Secret } from '../secret.ts'
import type { TokenNeed } from '../tokens/token-choice.ts'
import type { AccessPreset } from '../use/access-preset.ts'
import type { AccessRules } from '../use/access-rules.ts'
import type { Duration } from '../use/approval.ts'
import { Approvals } from '../use/approvals.ts'
import type { NewAuditRow } from '../use/audit-row.ts'
import { unknownPeer } from '../use/client.ts'
import { HandOut } from '../use/hand-out.ts'
import type { HandOutWish } from '../use/hand-out-wish.ts'
import type { StopSignal } from '../use/stop-signal.ts'
import { Refusals } from '../use/refusals.ts'
import { FakeClock } from './fake-clock.ts'
import { MemoryRepository } from './memory-repository.ts'
import { sampleKey } from './samples.ts'

/** The value of the only credential. */
export const VALUE = 'sk_test_4eC39HqLyjWDarjtT1zdp7dc'
export const preset = { service: 'stripe', hosts: ['api.stripe.com'] } as unknown as AccessPreset
export const rules: AccessRules = {
  hosts: ['api.stripe.com', 'files.stripe.com:8443'],
  localHosts: [],
  readOnly: false,
  rules: [],
  clientRules: []
}
export const bot = { id: 'bot-id', name: 'bot' }
const wish: HandOutWish = {
  service: 'stripe',
  account: null,
  host: null,
  scope: null,
  reason: 'nightly run',
  waits: false
}

/** Hand-outs over real approvals and a repository in memory; a state says how the other ports behave. */
export async function handOutWorld(credential: Credential = sampleKey()) {
  const clock = new FakeClock()
  const repository = new MemoryRepository()
  await repository.save(credential)
  let ids = 0
  const approvals = new Approvals({
    clock,
    newId: () => `id-${String((ids += 1))}`,
    digest: (text) => text,
    read: () => [],
    write: () => undefined,
    onQuestions: () => undefined,
    isRunOpen: () => false
  })
  const state = {
    rules: rules as AccessRules | null,
    asksInWindow: false,
    isAuditFull: false,
    token: new Secret(VALUE) as Secret | VaultError,
    proofKey: null as Secret | null
  }
  const rows: NewAuditRow[] = []
  const steps: string[] = []
  const append = async (row: NewAuditRow): Promise<number> => {
    if (state.isAuditFull) throw new VaultError('STORE_WRITE_FAILED')
    steps.push(row.kind)
    return rows.push(row)
  }
  /** Hand-outs over another repository, with the same approvals and log. */
  const handOutOver = (over: MemoryRepository): HandOut =>
    new HandOut({
      approvals,
      clock,
      repository: over,
      asksInWindow: () => state.asksInWindow,
      rulesFor: () => state.rules,
      tokens: {
        getToken: async (_ref, { rejected, scope }: TokenNeed = {}) => {
          steps.push(`token ${rejected?.expose((text) => `rejected ${text}`) ?? scope ?? '-'}`)
          if (state.token instanceof VaultError) throw state.token
          return state.token
        },
        proofKey: async () => state.proofKey
      },
      audit: { append },
      refusals: new Refusals(clock, append),
      presetOf: () => preset,
      awsKeys: async (_ref, role) => {
        steps.push(`aws ${role ?? '-'}`)
        return { secret: new Secret(VALUE), until: new Date('2026-11-21T11:00:00Z') }
      }
    })
  const handOut = handOutOver(repository)
  const signal: StopSignal = {
    aborted: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined
  }
  const caller = {
    client: bot,
    peer: unknownPeer,
    run: null,
    signal,
    onQuestion: () => void steps.push('question')
  }
  const answer = (duration: Duration | 'denied'): void => {
    const [question] = approvals.questions.list()
    if (question === undefined) throw new Error('Nothing is asked.')
    const given =
      duration === 'denied'
        ? ({ kind: 'denied' } as const)
        : ({ kind: 'allowed', duration, wholeHost: false } as const)
    approvals.questions.answer(question.id, question.digest, given)
  }
  return {
    clock,
    approvals,
    state,
    rows,
    steps,
    answer,
    caller,
    handOut,
    handOutOver,
    repository,
    relay: (change: Partial<HandOutWish> = {}) => handOut.openRelay({ ...wish, ...change }, caller),
    reveal: (change: Partial<HandOutWish> = {}) => handOut.reveal({ ...wish, ...change }, caller)
  }
}
