import type { SignInProgress, SignInRequest } from '#shared/sign-in.ts'
import type { CatalogEntry } from '../credential-record.ts'
import type { Provider } from '../provider.ts'
import { SignInService } from '../sign-in/sign-in-service.ts'
import { FakeClock, settle } from './fake-clock.ts'
import { FakeOAuthClient } from './fake-oauth-client.ts'
import { FakeSurface } from './fake-surface.ts'
import { MemoryRepository } from './memory-repository.ts'
import { START, sampleProvider } from './samples.ts'

type Choices = {
  /** Returns the current rows of the directory. */
  readonly rows?: () => readonly Provider[]
  readonly alwaysUseBrowser?: () => boolean
}

/** A sign-in service over fakes that the test answers, with a record of everything that it reported. */
export function signInWorld({ rows = () => [], alwaysUseBrowser = () => false }: Choices = {}) {
  const clock = new FakeClock(START)
  const repository = new MemoryRepository()
  const oauth = new FakeOAuthClient(clock)
  const surface = new FakeSurface()
  const progress: SignInProgress[] = []
  const saved: CatalogEntry[] = []
  const copied: string[] = []
  /** Reports to the windows, in order: the state of an attempt, or its dismissal. */
  const told: string[] = []
  const windowFailures = new Set<string>()
  let attempts = 0
  const service = new SignInService({
    oauth,
    repository,
    surface,
    writeClipboard: async (text) => void copied.push(text),
    clock,
    exclusively: (_ref, task) => task(),
    newAttemptId: () => `attempt-${String((attempts += 1))}`,
    providers: {
      find: (id) => rows().find((row) => row.id === id) ?? null,
      custom: ({ issuer, name, isTaken }) => ({
        ...sampleProvider,
        id: isTaken('custom') ? 'custom-2' : 'custom',
        name,
        endpoints: { kind: 'discovered', issuer }
      })
    },
    alwaysUseBrowser,
    windowFailures,
    onProgress: (value) => {
      progress.push(value)
      told.push(`${value.attempt} ${value.state.kind}`)
    },
    onDismissed: (attempt) => told.push(`${attempt} dismissed`),
    onSaved: (entry) => saved.push(entry)
  })
  /** Starts a sign-in, answers it at once and waits for its end. */
  async function signIn(request: SignInRequest = signInWish()): Promise<SignInProgress> {
    await service.start(request)
    oauth.pending.at(-1)?.answer()
    await settle()
    const last = progress.at(-1)
    if (last === undefined) throw new Error('Nothing happened')
    return last
  }
  return { clock, repository, oauth, surface, service, progress, saved, copied, told, windowFailures, signIn }
}

type Wish = { provider?: string; account?: string | null; clientSecret?: string | null; clientId?: string }

/** A first sign-in at a preset row, by default the sample provider's. */
export function signInWish({
  provider = 'sso.example.net',
  account = null,
  clientSecret = null,
  clientId = 'client-1'
}: Wish = {}): SignInRequest {
  const preset = { kind: 'preset', provider, clientId } as const
  return { kind: 'new', provider: preset, clientSecret, account, scopes: ['openid', 'registry:read'] }
}
