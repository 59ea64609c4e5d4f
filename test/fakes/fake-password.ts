import type { SignIns } from '../../src-main/core/sign-in/sign-in-service-ports.ts'
import { type CredentialSummary, credentialKey } from '#shared/credential.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { PasswordSignInRequest } from '#shared/password-sign-in.ts'
import { VaultError } from '#shared/problem.ts'

type Ports = {
  readonly find: (id: string) => CredentialSummary
  readonly upsert: (credentials: readonly CredentialSummary[]) => void
  readonly setSignIn: (progress: SignInProgress) => void
  readonly attempt: () => string
}

const WRONG = 'The project does not accept this e-mail address with this password. Check both.'
const HOUR = 3_600_000

/** A project that accepts every person with every password but `wrong`; it does not keep the password. */
export function fakePassword({ find, upsert, setSignIn, attempt }: Ports): SignIns['startWithPassword'] {
  return async (request) => {
    if (request.password === 'wrong') throw new VaultError('SIGN_IN_DENIED', { message: WRONG })
    const summary = summaryOf(request, find)
    const progress: SignInProgress = {
      attempt: attempt(),
      service: summary.service,
      name: summary.name,
      host: summary.service,
      surface: 'window',
      device: null,
      offersCode: false,
      state: { kind: 'done', credential: summary.id }
    }
    upsert([summary])
    setSignIn(progress)
    return progress
  }
}

function summaryOf(request: PasswordSignInRequest, find: Ports['find']): CredentialSummary {
  const at = new Date(Date.now() + HOUR).toISOString()
  const valid = { status: { kind: 'valid' }, expiry: { kind: 'at', at }, nextRefreshAt: at } as const
  if (request.kind === 'again') return { ...find(request.credential), ...valid }
  const { origin, host: service } = new URL(request.project)
  const now = new Date().toISOString()
  return {
    id: credentialKey({ service, account: request.email }),
    service,
    account: request.email,
    name: request.name === '' ? service : request.name,
    kind: 'oauth',
    ...valid,
    renewable: true,
    scopes: [],
    missingScopes: [],
    extraScopes: [],
    issuer: `${origin}/auth/v1`,
    clientId: null,
    signsInBy: 'password',
    allowedHosts: [],
    masked: 'ey••••••••1a',
    backend: 'keychain',
    obtainedAt: now,
    refreshedAt: null,
    keptFresh: false,
    useBefore: null,
    signInBefore: null,
    issuedAt: now,
    lastUsedAt: null,
    rotation: null,
    labels: null
  }
}
