import * as library from 'openid-client'
import type { DeviceCode } from '#shared/device-code.ts'
import { VaultError } from '#shared/problem.ts'
import { SECOND } from '../../core/tokens/lifetime.ts'
import type { Secret } from '../../core/secret.ts'
import { authorizedGrant, resourceParameter } from './authorization.ts'
import { type DeviceFields, readDeviceAnswer } from '../http/device-answer.ts'
import { metadataOf } from '../metadata/discovery.ts'
import { newDpopKey } from './dpop-key.ts'
import { rulesOfNamed, safeUrl } from '../http/endpoint-url.ts'
import type { IssuerMetadata } from '../metadata/issuer-metadata.ts'
import { configure, proofs, type OAuthContext, exchangeFor, guarded } from './oauth-context.ts'
import type { ExchangeSecrets } from '../http/exchange-secrets.ts'
import { deviceProblem, refusalOf, transportIn } from '../http/oauth-problem.ts'
import { isHostOfAnother } from '../providers/providers.ts'
import { type LibraryFetch, TokenRefusal, answerFetch } from '../http/token-fetch.ts'
import type {
  AuthorizationRequest,
  AuthorizedGrant,
  DeviceAnswer,
  DeviceAuthorization
} from '../../core/oauth-client.ts'

const TOO_MANY_REQUESTS = 429

type Attempt = {
  readonly context: OAuthContext
  readonly request: AuthorizationRequest
  readonly metadata: IssuerMetadata
  /** Absent: the tokens are not bound to a key. */
  readonly dpopKey: Secret | undefined
}

/**
 * Asks for a code (RFC 8628 section 3.1). Throws VaultError PROVIDER_REFUSED, TransportError or the library's
 * error. The library makes each request; the vault decides when to poll (`core/device-polling.ts`), because
 * the library gives up at the first lost connection.
 */
export async function beginDevice(
  context: OAuthContext,
  request: AuthorizationRequest
): Promise<DeviceAuthorization> {
  const metadata = await metadataOf(request.provider, context.discovery)
  if (metadata.deviceAuthorizationEndpoint === null) throw deviceProblem('device_flow_disabled')
  const dpopKey = request.provider.dpop ? await newDpopKey() : undefined
  const attempt = { context, request, metadata, dpopKey }
  const { fields, secrets } = await initiate(attempt)
  return pending(attempt, fields, promptFrom(fields, metadata, secrets))
}

type Initiated = { readonly fields: DeviceFields; readonly secrets: ExchangeSecrets }

async function initiate({ context, request, metadata }: Attempt): Promise<Initiated> {
  let initiated: Initiated | null = null
  const fetch: LibraryFetch = answerFetch(context.fetch, (answer, sent) => {
    const reading = readDeviceAnswer(answer)
    if (reading.kind === 'refusal') throw new TokenRefusal(answer.status, reading.code)
    const { fields } = reading
    initiated = { fields, secrets: sent.with([fields.deviceCode]) }
    return wellFormed(fields)
  })
  try {
    await library.initiateDeviceAuthorization(
      configure({ metadata, ...request, fetch }),
      parametersOf(request)
    )
  } catch (error) {
    const refusal = refusalOf(error)
    throw refusal === null ? error : deviceProblem(refusal.code)
  }
  if (initiated === null) throw new VaultError('INTERNAL')
  return initiated
}

/** An answer rebuilt for the library, which rejects a string in the place of a number. */
function wellFormed(fields: DeviceFields): Response {
  const body = {
    device_code: fields.deviceCode,
    user_code: fields.userCode,
    verification_uri: String(fields.verificationUri),
    expires_in: fields.expiresIn,
    interval: fields.interval
  }
  return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } })
}

function parametersOf({ provider, scopes }: AuthorizationRequest): Record<string, string> {
  return {
    ...(scopes.includes('openid') && scopes.includes('offline_access') ? { prompt: 'consent' } : {}),
    ...provider.authorizationParams,
    ...(scopes.length === 0
      ? {}
      : { [provider.scopeParameter ?? 'scope']: scopes.join(provider.scopeSeparator.request) }),
    ...resourceParameter(provider)
  }
}

/**
 * The code and the addresses to show. An issuer that sends people to a built-in provider's page wants them to
 * type a code there that it got for itself; such an address is refused like an unsafe one. No shown text
 * quotes a secret.
 */
function promptFrom(fields: DeviceFields, { issuer }: IssuerMetadata, secrets: ExchangeSecrets): DeviceCode {
  const rules = rulesOfNamed(new URL(issuer), { allowLoopbackHttp: true })
  const safe = (text: unknown): string | null => {
    const url = safeUrl(text, rules)
    if (url === null || isHostOfAnother(url.host, issuer)) return null
    return secrets.areQuotedIn(url.href) ? null : url.href
  }
  if (secrets.areQuotedIn(fields.userCode)) {
    throw new VaultError('PROVIDER_REFUSED', {
      message: 'The code that the provider shows contains a secret of the sign-in. Sign in without a code.'
    })
  }
  const verificationUri = safe(fields.verificationUri)
  if (verificationUri === null) {
    throw new VaultError('PROVIDER_REFUSED', {
      message: 'The provider’s page for the code has an address that is not safe to open.'
    })
  }
  const complete = safe(fields.verificationUriComplete)
  const isSamePlace = complete !== null && new URL(complete).origin === new URL(verificationUri).origin
  return {
    userCode: fields.userCode,
    verificationUri,
    verificationUriComplete: isSamePlace ? complete : null
  }
}

function pending(attempt: Attempt, fields: DeviceFields, prompt: DeviceCode): DeviceAuthorization {
  const abort = new AbortController()
  let deviceCode: string | null = fields.deviceCode
  return {
    prompt,
    intervalMs: fields.interval * SECOND,
    lifetimeMs: fields.expiresIn * SECOND,
    ask: () => {
      if (deviceCode === null) throw new VaultError('SIGN_IN_CANCELLED')
      return guarded(ask(attempt, { deviceCode, signal: abort.signal }))
    },
    close: () => {
      deviceCode = null
      abort.abort()
    }
  }
}

type Question = { readonly deviceCode: string; readonly signal: AbortSignal }

async function ask(attempt: Attempt, question: Question): Promise<DeviceAnswer> {
  try {
    return { kind: 'granted', grant: await redeem(attempt, question) }
  } catch (error) {
    const limit = transportIn(error)
    // A 429 means the same as `slow_down` (RFC 8628 section 3.5, RFC 6585 section 4).
    if (limit?.status === TOO_MANY_REQUESTS) {
      return { kind: 'slow-down', intervalMs: null, retryAfterMs: limit.retryAfterMs }
    }
    const refusal = refusalOf(error)
    if (refusal === null) throw error
    if (refusal.code === 'authorization_pending') return { kind: 'pending' }
    if (refusal.code !== 'slow_down') throw deviceProblem(refusal.code)
    const { interval, retryAfterMs } = refusal
    return { kind: 'slow-down', intervalMs: interval === null ? null : interval * SECOND, retryAfterMs }
  }
}

/** Polls once; the library adds no pause of its own. */
async function redeem(
  { context, request, metadata, dpopKey }: Attempt,
  { deviceCode, signal }: Question
): Promise<AuthorizedGrant> {
  const exchange = exchangeFor(context, request.provider, request.scopes.includes('openid'))
  const config = configure({ metadata, ...request, fetch: exchange.fetch })
  const issuedAt = context.now()
  const answer = await library.pollDeviceAuthorizationGrant(
    config,
    { device_code: deviceCode, user_code: '', verification_uri: '', expires_in: 0, interval: 0 },
    resourceParameter(request.provider),
    { signal, ...(await proofs(config, dpopKey)) }
  )
  const claims = answer.claims()
  return authorizedGrant({ request, exchange, claims, issuedAt, dpopKey })
}
