import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { CredentialRef } from '#shared/credential.ts'
import { HOUR } from '../../src-main/core/tokens/lifetime.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts'
import {
  digestOf,
  refreshes,
  revocations,
  signInTo,
  statusOf,
  tokenRequests
} from '../support/rotation-counts.ts'
import { type Harness, newVaultHome, openTestVault, removeVaultHome } from '../support/vault-harness.ts'
import { PassingClock } from './passing-clock.ts'

export type StormPlan = {
  readonly store: 'keychain' | 'file'
  readonly processes: number
  /** Callers in each process. */
  readonly callers: number
  readonly rounds: number
}

export type StormRound = {
  /** Requests to the token endpoint; `refreshes` counts those that brought a new refresh token. */
  readonly requests: number
  readonly refreshes: number
  /** Grants that the provider ended. */
  readonly revoked: number
  /** Number of answers that all callers together got. */
  readonly answers: number
  /** Number of different answers; a refusal is one. */
  readonly distinct: number
  readonly refusals: readonly string[]
  /** True if the stored token differs from those of the rounds before. */
  readonly isNew: boolean
  /** Status with which the provider's API answers to the token stored after the round. */
  readonly status: number
  readonly ms: number
}

/** Delay of an answer, so long that all callers ask before the first one has its answer. */
const SLOW_MS = 150
const program = fileURLToPath(new URL('storm-child.ts', import.meta.url))

type VaultProcess = {
  /** Sends a line; returns its answers. Rejects if the process ends. */
  readonly tell: (line: string) => Promise<readonly string[]>
  readonly kill: () => void
}

/**
 * Runs many vaults on one data folder, each with many callers, which all need one expired token. The provider
 * rotates, and ends a grant whose used refresh token comes again. The token expires because an hour passes on
 * the clock of every vault; only the vaults touch the stored grant. The rounds run one after the other.
 */
export async function storm(plan: StormPlan): Promise<StormRound[]> {
  const op = await startOpenIdProvider()
  const home = await newVaultHome()
  const clock = new PassingClock()
  const own = await openTestVault({ home, store: plan.store, clock })
  const vaults: VaultProcess[] = []
  const rounds: StormRound[] = []
  try {
    const ref = await signInTo(own, op)
    const args = [home, plan.store, ref.service, ref.account, String(plan.callers)]
    const starts = Array.from({ length: plan.processes }, () => startVault(args))
    vaults.push(...(await Promise.all(starts)))
    const known = new Set([digestOf(await own.vault.tokens.getToken(ref))])
    op.disturb(({ path }) => (path === '/token' ? { kind: 'delay', ms: SLOW_MS } : null))
    for (let round = 1; round <= plan.rounds; round += 1) {
      const ahead = round * 1.1 * HOUR
      clock.goTo(ahead)
      await Promise.all(vaults.map(({ tell }) => tell(`at ${String(ahead)}`)))
      const result = await oneRound(op, vaults)
      rounds.push(await judged(result, { op, own, ref, known }))
    }
    return rounds
  } finally {
    for (const { kill } of vaults) kill()
    await own.vault.close()
    await removeVaultHome(home)
    await op.close()
  }
}

type Ground = {
  readonly op: OpenIdProvider
  readonly own: Harness
  readonly ref: CredentialRef
  readonly known: Set<string>
}

/** The round with the token stored after it. A lost grant is a result, not the end of the storm. */
async function judged(
  result: Awaited<ReturnType<typeof oneRound>>,
  { op, own, ref, known }: Ground
): Promise<StormRound> {
  const token = await own.vault.tokens.getToken(ref).catch(() => null)
  if (token === null) return { ...result('none'), isNew: false, status: 0 }
  const isNew = !known.has(digestOf(token))
  known.add(digestOf(token))
  return { ...result(digestOf(token)), isNew, status: await statusOf(op, token) }
}

/** Runs one round. The returned function gives its counts, once it is known which token is stored. */
async function oneRound(op: OpenIdProvider, vaults: readonly VaultProcess[]) {
  const before = [tokenRequests(op), refreshes(op), revocations(op)] as const
  const begun = performance.now()
  const answers = (await Promise.all(vaults.map(({ tell }) => tell('ask')))).flat()
  const ms = performance.now() - begun
  return (stored: string) => ({
    requests: tokenRequests(op) - before[0],
    refreshes: refreshes(op) - before[1],
    revoked: revocations(op) - before[2],
    answers: answers.length,
    distinct: new Set([...answers, stored]).size,
    refusals: answers.filter((answer) => answer.startsWith('refused')),
    ms
  })
}

async function startVault(args: readonly string[]): Promise<VaultProcess> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<readonly string[]> => {
    const { done, value } = await lines.next()
    if (done === true) throw new Error('A vault ended in the storm.')
    return (JSON.parse(value) as { readonly answers?: string[] }).answers ?? []
  }
  await next()
  return {
    tell: (line) => {
      child.stdin.write(`${line}\n`)
      return next()
    },
    kill: () => void child.kill('SIGKILL')
  }
}

/** True for a right round: one refresh, one new token for all, which works, and no lost grant. */
export function isRight(round: StormRound, { processes, callers }: StormPlan): boolean {
  const counts = [round.requests, round.refreshes, round.revoked, round.distinct, round.status]
  const expected = [1, 1, 0, 1, 200]
  const isCounted = counts.every((count, index) => count === expected[index])
  return isCounted && round.isNew && round.answers === processes * callers && round.refusals.length === 0
}
