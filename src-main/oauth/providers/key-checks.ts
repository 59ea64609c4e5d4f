import type { ServiceId } from '#shared/credential.ts'
import type { KeyAnswer, KeyChecker } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import { type FetchPort, type Limits, guardedFetch } from '../http/guarded-fetch.ts'
import { type Verdict, keyAnswer, nothingLearned } from './key-answer.ts'

/** Limits of one check; lists of models are the longest answers. */
const LIMITS: Limits = { timeoutMs: 15_000, maxBytes: 1024 * 1024 }

/** One request that reads something harmless and tells whether the service knows the key. */
export type KeyCheckRow = {
  readonly service: ServiceId
  /** Fixed address; its host must be among the hosts the key may be sent to. */
  readonly url: string
  readonly method: 'GET' | 'POST'
  /** Place of the key: `bearer`, or the header that holds only the key. */
  readonly scheme: 'bearer' | 'authorization' | 'x-api-key' | 'private-token' | 'x-figma-token'
  readonly verdict: Verdict
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly source: string
}

/** Services of the table of keys whose public documents say how to check a key. */
export const keyCheckRows: readonly KeyCheckRow[] = [
  row('github-token', 'https://api.github.com/user', 'docs.github.com: Get the authenticated user', {
    headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }
  }),
  row('gitlab', 'https://gitlab.com/api/v4/user', 'docs.gitlab.com: REST API, Users', {
    scheme: 'private-token'
  }),
  row('openai', 'https://api.openai.com/v1/models', 'developers.openai.com: List models'),
  row('anthropic', 'https://api.anthropic.com/v1/models?limit=1', 'platform.claude.com: List Models', {
    scheme: 'x-api-key',
    headers: { 'anthropic-version': '2023-06-01' }
  }),
  row('stripe', 'https://api.stripe.com/v1/balance', 'docs.stripe.com: Authentication, Retrieve balance'),
  row('openrouter', 'https://openrouter.ai/api/v1/key', 'openrouter.ai/docs: Get current API key'),
  // xAI answers a wrong key with 400, so only a valid key can be recognized.
  row('xai', 'https://api.x.ai/v1/api-key', 'docs.x.ai: REST API, api-key'),
  row('replicate', 'https://api.replicate.com/v1/account', 'replicate.com/docs: HTTP API, account.get'),
  row('netlify', 'https://api.netlify.com/api/v1/user', 'open-api.netlify.com: getCurrentUser'),
  row('postman', 'https://api.getpostman.com/me', 'learning.postman.com: Make a call with the Postman API', {
    scheme: 'x-api-key'
  }),
  row('huggingface', 'https://huggingface.co/api/whoami-v2', '@huggingface/hub: whoAmI'),
  row(
    'notion',
    'https://api.notion.com/v1/users/me',
    'developers.notion.com: Retrieve your token’s bot user',
    {
      headers: { 'notion-version': '2025-09-03' }
    }
  ),
  // Figma answers a wrong token with 403, so only a valid one can be recognized.
  row('figma', 'https://api.figma.com/v1/me', 'developers.figma.com: Personal access tokens, GET me', {
    scheme: 'x-figma-token'
  }),
  row('slack', 'https://slack.com/api/auth.test', 'docs.slack.dev: auth.test', {
    method: 'POST',
    verdict: 'ok'
  }),
  // Takes tokens of people and of organizations.
  row('sentry', 'https://sentry.io/api/0/auth/validate/', 'getsentry/sentry: AuthValidateEndpoint'),
  row(
    'linear',
    'https://api.linear.app/graphql',
    'linear.app/developers: Getting started; @linear/sdk: errors',
    {
      method: 'POST',
      scheme: 'authorization',
      verdict: 'viewer',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ viewer { id } }"}'
    }
  )
]

function row(
  service: ServiceId,
  url: string,
  source: string,
  differences: Partial<Pick<KeyCheckRow, 'method' | 'scheme' | 'headers' | 'verdict' | 'body'>> = {}
): KeyCheckRow {
  const usual = { method: 'GET', scheme: 'bearer', headers: {}, body: null, verdict: 'status' } as const
  return { service, url, source, ...usual, ...differences }
}

/** Asks services about keys over the guarded fetch: no redirect is followed, time and size are bounded. */
export function createKeyChecker(
  fetchPort: FetchPort,
  rows: readonly KeyCheckRow[] = keyCheckRows
): KeyChecker {
  const byService = new Map(rows.map((each) => [each.service, each]))
  return {
    check: async ({ ref, allowedHosts }, key) => {
      const known = byService.get(ref.service)
      if (known === undefined || !mayReceive(known, allowedHosts)) return null
      return await ask(fetchPort, known, key).catch((error: unknown) =>
        nothingLearned(error, new URL(known.url).host)
      )
    }
  }
}

/** True if the key may be sent: only to a host that the person allowed, and only with TLS. */
function mayReceive({ url }: KeyCheckRow, allowedHosts: readonly string[]): boolean {
  const { protocol, host } = new URL(url)
  return protocol === 'https:' && allowedHosts.includes(host)
}

async function ask(fetchPort: FetchPort, known: KeyCheckRow, key: Secret): Promise<KeyAnswer> {
  const headers = {
    accept: 'application/json',
    'user-agent': 'Latchkey',
    ...known.headers,
    ...key.expose((text) => keyHeader(known.scheme, text))
  }
  const { url, method, body } = known
  const request = { url, method, headers, body, signal: null } as const
  const { status, text } = await guardedFetch(fetchPort, request, LIMITS)
  const { host } = new URL(url)
  return keyAnswer(known.verdict, { status, text, host })
}

function keyHeader(scheme: KeyCheckRow['scheme'], text: string): Record<string, string> {
  return scheme === 'bearer' ? { authorization: `Bearer ${text}` } : { [scheme]: text }
}
