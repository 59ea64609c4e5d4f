import { randomUUID } from 'node:crypto'
import { type CredentialRef, refFromKey } from '#shared/credential.ts'
import type { SignInProgress, SignInRequest } from '#shared/sign-in.ts'
import type { Clock } from '../../src-main/core/ports.ts'
import { SignInService } from '../../src-main/core/sign-in/sign-in-service.ts'
import { alone } from '../../src-main/core/testing/alone.ts'
import { FakeSurface } from '../../src-main/core/testing/fake-surface.ts'
import { MemoryJournal } from '../../src-main/core/testing/memory-journal.ts'
import { MemoryRepository } from '../../src-main/core/testing/memory-repository.ts'
import { MemorySignOuts } from '../../src-main/core/testing/memory-sign-outs.ts'
import { TokenService } from '../../src-main/core/tokens/token-service.ts'
import type { FetchPort } from '../../src-main/oauth/http/guarded-fetch.ts'
import { createOAuthClient } from '../../src-main/oauth/oauth-client.ts'
import { providerDirectory } from '../../src-main/oauth/providers/providers.ts'
import type { OpenIdProvider } from './openid-provider.ts'

export const systemClock: Clock = {
  now: () => new Date(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  }
}

export type WorldOptions = {
  readonly fetch?: FetchPort
  readonly clock?: Clock
  readonly allowLoopbackHttp?: boolean
}

/** The real OAuth client and services over a memory store and a surface without a window. */
export function oauthWorld({
  fetch: fetchPort = fetch,
  clock = systemClock,
  allowLoopbackHttp = true
}: WorldOptions = {}) {
  const repository = new MemoryRepository()
  const surface = new FakeSurface()
  const progress: SignInProgress[] = []
  const copied: string[] = []
  const oauth = createOAuthClient({ fetch: fetchPort, now: () => clock.now(), allowLoopbackHttp })
  const tokens = new TokenService({
    repository,
    oauth,
    clock,
    random: Math.random,
    lock: alone,
    journal: new MemoryJournal(),
    clientMark: ({ id }) => id,
    onRefreshing: () => undefined
  })
  const signIns = new SignInService({
    oauth,
    repository,
    surface,
    writeClipboard: async (text) => void copied.push(text),
    clock,
    exclusively: (ref, task) => tokens.exclusively(ref, task),
    newAttemptId: randomUUID,
    providers: providerDirectory(),
    alwaysUseBrowser: () => false,
    windowFailures: new Set(),
    onProgress: (value) => progress.push(value),
    onDismissed: () => undefined,
    onSaved: () => undefined
  })
  const signOuts = new MemorySignOuts()
  return { clock, repository, surface, progress, copied, oauth, tokens, signIns, signOuts }
}

export type World = ReturnType<typeof oauthWorld>

type Wish = {
  readonly scopes?: string[]
  readonly account?: string | null
  readonly secret?: string | null
  readonly clientId?: string
}

export function signInRequest(op: OpenIdProvider, wish: Wish = {}): SignInRequest {
  return {
    kind: 'new',
    provider: {
      kind: 'issuer',
      issuer: op.issuer,
      name: 'Example ID',
      clientId: wish.clientId ?? op.clientId
    },
    clientSecret: wish.secret ?? null,
    account: wish.account ?? null,
    scopes: wish.scopes ?? ['openid', 'email', 'offline_access', 'registry:read']
  }
}

/** Waits until the newest attempt has ended, and returns its state. */
export async function ending(world: World): Promise<SignInProgress['state']> {
  for (let tries = 0; tries < 500; tries += 1) {
    const state = world.progress.at(-1)?.state
    if (state?.kind === 'done' || state?.kind === 'failed') return state
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('The sign-in did not end')
}

/** The reference of the credential that a finished sign-in brought. */
export function refOf(state: SignInProgress['state']): CredentialRef {
  const ref = state.kind === 'done' ? refFromKey(state.credential) : null
  if (ref === null) throw new Error(`No credential: ${JSON.stringify(state)}`)
  return ref
}
