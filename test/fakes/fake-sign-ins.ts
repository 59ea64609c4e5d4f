import type { CredentialSummary } from '#shared/credential.ts'
import type { Preferences } from '#shared/preferences.ts'
import { type ProblemCode, toProblem, VaultError } from '#shared/problem.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import type { SignInProgress, SignInRequest } from '#shared/sign-in.ts'
import type { SignIns } from '../../src-main/core/sign-in/sign-in-service-ports.ts'
import { fakePassword } from './fake-password.ts'
import { blankSummary } from './fake-summaries.ts'

type Ports = {
  readonly signIns: Map<string, SignInProgress>
  /** Throws UNKNOWN_SERVICE. */
  readonly find: (id: string) => CredentialSummary
  readonly upsert: (credentials: readonly CredentialSummary[]) => void
  readonly setSignIn: (progress: SignInProgress) => void
  readonly onDismissed: (attempt: string) => void
  readonly preferences: () => Preferences
  readonly providers: readonly ProviderChoice[]
  readonly backend: () => CredentialSummary['backend']
  /** Returns, once, the code with which the next start of a sign-in fails. Null: it succeeds. */
  readonly takeStartFailure: () => ProblemCode | null
}

const MINUTES_TO_SIGN_IN = 5
const MINUTE = 60_000

/** Sign-ins in memory: they wait until a test says how they end. */
export function fakeSignIns(ports: Ports): SignIns {
  const { signIns, upsert, setSignIn, onDismissed } = ports
  let attempts = 0
  const newAttempt = (): string => `attempt-${(attempts += 1)}`
  const withPassword = fakePassword({ ...ports, attempt: newAttempt })
  function known(id: string): SignInProgress {
    const progress = signIns.get(id)
    if (progress === undefined) throw new VaultError('INVALID_REQUEST')
    return progress
  }
  function shown(progress: SignInProgress): SignInProgress {
    setSignIn(progress)
    return progress
  }
  function dismiss(id: string): void {
    if (signIns.get(id)?.state.kind !== 'failed') return
    signIns.delete(id)
    onDismissed(id)
  }
  return {
    list: () => [...signIns.values()],
    start: async (request) => shown(firstProgress(newAttempt(), request, ports)),
    startWithPassword: withPassword,
    cancel: (id) => {
      const problem = toProblem(new VaultError('SIGN_IN_CANCELLED'))
      setSignIn({ ...known(id), state: { kind: 'failed', problem, canRetry: false } })
    },
    retry: async (id) => {
      const failed = signIns.get(id)
      if (failed?.state.kind !== 'failed' || !failed.state.canRetry) throw new VaultError('INVALID_REQUEST')
      const code = ports.takeStartFailure()
      if (code !== null) {
        const problem = toProblem(new VaultError(code))
        return shown({ ...failed, state: { kind: 'failed', problem, canRetry: problem.retryable } })
      }
      const state = { kind: 'waiting', until: timeToSignIn() } as const
      const progress = shown({ ...failed, attempt: newAttempt(), surface: 'window', device: null, state })
      dismiss(id)
      return progress
    },
    dismiss,
    continueInBrowser: (id) => {
      const progress = known(id)
      if (progress.surface !== 'device') setSignIn({ ...progress, surface: 'browser' })
    },
    switchToCode: async (id) => {
      setSignIn({ ...known(id), surface: 'device', device: deviceCodeAt(known(id).host) })
    },
    userCode: (id) => known(id).device?.userCode ?? '',
    answerOtherAccount: (id) => setSignIn({ ...known(id), state: { kind: 'redeeming' } }),
    submitRedirectUrl: (id, url) => {
      const progress = known(id)
      if (!url.includes('code=')) throw new VaultError('INVALID_REQUEST')
      const summary = oauthSummary(progress, ports.backend())
      upsert([summary])
      setSignIn({ ...progress, state: { kind: 'done', credential: summary.id } })
    }
  }
}

function oauthSummary(
  { service, name, host }: SignInProgress,
  backend: CredentialSummary['backend']
): CredentialSummary {
  const at = new Date(Date.now() + 60 * MINUTE).toISOString()
  return {
    ...blankSummary(service, name, 'ana@example.com', backend),
    expiry: { kind: 'at', at },
    renewable: true,
    scopes: ['openid'],
    issuer: `https://${host}`,
    clientId: 'acme-latchkey',
    nextRefreshAt: at
  }
}

function timeToSignIn(): string {
  return new Date(Date.now() + MINUTES_TO_SIGN_IN * MINUTE).toISOString()
}

function firstProgress(
  attempt: string,
  request: SignInRequest,
  { find, preferences, providers }: Ports
): SignInProgress {
  const state = { kind: 'waiting', until: timeToSignIn() } as const
  const waiting = { attempt, device: null, offersCode: true, state } as const
  const byPreference = preferences().alwaysUseBrowser ? 'browser' : null
  if (request.kind !== 'new') {
    const { service, name, issuer } = find(request.credential)
    return { ...waiting, service, name, host: hostOf(issuer ?? service), surface: byPreference ?? 'window' }
  }
  if (request.provider.kind !== 'preset') {
    const { name } = request.provider
    const issuer = request.provider.kind === 'mcp' ? request.provider.server : request.provider.issuer
    return {
      ...waiting,
      service: hostOf(issuer),
      name,
      host: hostOf(issuer),
      surface: byPreference ?? 'window'
    }
  }
  const { provider: id } = request.provider
  const provider = providers.find((each) => each.id === id && each.kind === 'oauth')
  if (provider === undefined) throw new VaultError('UNKNOWN_SERVICE')
  return {
    ...waiting,
    service: provider.id,
    name: provider.name,
    host: provider.host ?? provider.id,
    surface: byPreference ?? provider.surface,
    ...(provider.surface === 'device' ? { device: deviceCodeAt(provider.host ?? provider.id) } : {})
  }
}

function deviceCodeAt(host: string): SignInProgress['device'] {
  const verificationUri = `https://${host}/device`
  return {
    userCode: 'WDJB-MJHT',
    verificationUri,
    verificationUriComplete: `${verificationUri}?user_code=WDJB-MJHT`
  }
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address
}
