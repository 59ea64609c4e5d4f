import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import type { CredentialRef } from '#shared/credential.ts'
import { type Disturbance, startOpenIdProvider } from '../../support/openid-provider.ts'
import {
  digestOf,
  refreshes,
  revocations,
  signInTo,
  statusOf,
  tokenRequests
} from '../../support/rotation-counts.ts'
import { type Harness, newVaultHome, openTestVault, removeVaultHome } from '../../support/vault-harness.ts'

const program = fileURLToPath(new URL('refresh-child.ts', import.meta.url))
const PROCESSES = 4
type Store = 'keychain' | 'file'
type Event =
  | { readonly event: 'ready' | 'refreshing' }
  | { readonly event: 'token'; readonly digest: string }
  | { readonly event: 'refused'; readonly code: string }

/** A provider that rotates, a home with one sign-in there, and one whole vault per process on that home. */
async function world(store: Store) {
  const op = await startOpenIdProvider()
  onTestFinished(() => op.close())
  const home = await newVaultHome()
  onTestFinished(() => removeVaultHome(home))
  const own = await openTestVault({ home, store })
  onTestFinished(() => own.vault.close())
  const ref = await signInTo(own, op)
  const vaults = Array.from({ length: PROCESSES }, () => startVault([home, store, ref.service, ref.account]))
  await Promise.all(vaults.map(({ next }) => next('ready')))
  const before = await expire(own, ref)
  return { op, own, ref, vaults, before }
}

/** Stores the grant as an expired one while all vaults run; returns the digest of its token. */
async function expire({ vault }: Harness, ref: CredentialRef): Promise<string> {
  const held = await vault.tokens.current(ref)
  if (held?.kind !== 'oauth') throw new Error('There is no grant.')
  const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1000)
  const tokens = { ...held.tokens, issuedAt: ago(3601), expiry: { kind: 'at', at: ago(1) } as const }
  await vault.tokens.exclusively(ref, () => vault.repository.save({ ...held, tokens }))
  return digestOf(tokens.accessToken)
}

type VaultProcess = {
  readonly child: ChildProcess
  /** The first event of that kind, which may have come already. Rejects if the process ends without it. */
  readonly next: (kind: Event['event']) => Promise<Event>
  readonly ask: () => Promise<Event>
}

function startVault(args: readonly string[]): VaultProcess {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const seen: Event[] = []
  const waiting = new Set<() => void>()
  const wake = (): void => waiting.forEach((check) => check())
  createInterface({ input: child.stdout }).on('line', (line) => {
    seen.push(JSON.parse(line) as Event)
    wake()
  })
  let isOver = false
  child.once('close', () => {
    isOver = true
    wake()
  })
  const first = (...kinds: Event['event'][]): Promise<Event> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const found = seen.find(({ event }) => kinds.includes(event))
        if (found) resolve(found)
        else if (isOver) reject(new Error(`A vault ended before it said ${kinds.join(' or ')}.`))
        else return
        waiting.delete(check)
      }
      waiting.add(check)
      check()
    })
  return {
    child,
    next: (kind) => first(kind),
    ask: () => {
      child.stdin.write('\n')
      return first('token', 'refused')
    }
  }
}

test.each(['file', 'keychain'] as const)(
  'Four vaults that need one expired token at once spend one refresh token (%s)',
  async (store) => {
    const { op, own, ref, vaults, before } = await world(store)
    // The provider is slow, so that all vaults ask before the first one has its answer.
    op.disturb(({ path }) => (path === '/token' ? { kind: 'delay', ms: 400 } : null))
    const answers = await Promise.all(vaults.map(({ ask }) => ask()))
    op.disturb(null)
    // One request for the sign-in and one for the refresh.
    expect(tokenRequests(op)).toBe(2)
    expect(refreshes(op)).toBe(1)
    const digests = answers.map((answer) => (answer.event === 'token' ? answer.digest : answer))
    expect(new Set(digests).size).toBe(1)
    expect(digests[0]).not.toBe(before)
    // The grant works: all four have the stored token, the provider accepts it, and it can be refreshed.
    const token = await own.vault.tokens.getToken(ref)
    expect(digestOf(token)).toBe(digests[0])
    expect(await statusOf(op, token)).toBe(200)
    await own.vault.tokens.refresh(ref)
    expect([refreshes(op), revocations(op)]).toEqual([2, 0])
  }
)

/** Kills the vault that holds the lock while the provider has its request; the others wait for it. */
async function killInMidRefresh(disturbance: Disturbance) {
  const made = await world('file')
  let disturbed = 0
  made.op.disturb(({ path }) => (path === '/token' && (disturbed += 1) === 1 ? disturbance : null))
  const answers = made.vaults.map(({ ask }) => ask().catch(() => 'killed' as const))
  const owner = await Promise.race(
    made.vaults.map((one) =>
      one.next('refreshing').then(
        () => one,
        () => new Promise<VaultProcess>(() => undefined)
      )
    )
  )
  await expect.poll(() => disturbed).toBe(1)
  if (disturbance.kind === 'hold-after') await expect.poll(() => refreshes(made.op)).toBe(1)
  const killedAt = performance.now()
  owner.child.kill('SIGKILL')
  const all = await Promise.all(answers)
  return { ...made, ms: performance.now() - killedAt, rest: all.filter((answer) => answer !== 'killed') }
}

test('A vault killed before the provider has seen its request does not hold up the others', async () => {
  const { op, own, ref, rest, ms } = await killInMidRefresh({ kind: 'delay', ms: 600_000 })
  expect(rest.map(({ event }) => event)).toEqual(['token', 'token', 'token'])
  expect(new Set(rest.map((answer) => (answer.event === 'token' ? answer.digest : null))).size).toBe(1)
  expect([refreshes(op), revocations(op)]).toEqual([1, 0])
  // A vault waits half a minute for a lock that is held.
  expect(ms).toBeLessThan(25_000)
  expect(await statusOf(op, await own.vault.tokens.getToken(ref))).toBe(200)
})

test('A rotation lost with its vault ends in one sign-in to be made, and the provider is asked once more', async () => {
  const { op, own, ref, rest, ms } = await killInMidRefresh({ kind: 'hold-after' })
  expect(rest).toEqual(Array.from({ length: 3 }, () => ({ event: 'refused', code: 'ROTATION_LOST' })))
  expect(ms).toBeLessThan(25_000)
  // One request for the sign-in, one that was lost, and one more.
  expect(tokenRequests(op)).toBe(3)
  await expect(own.vault.tokens.getToken(ref)).rejects.toMatchObject({ remedy: 'sign-in' })
  expect(tokenRequests(op)).toBe(3)
  expect(own.vault.repository.find(ref)?.health.kind).toBe('needs-sign-in')
})
