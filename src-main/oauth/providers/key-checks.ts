import type { ServiceId } from '#shared/credential.ts'
import type { KeyAnswer, KeyChecker } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import { TransportError } from '../../core/tokens/transport-error.ts'
import { type FetchPort, type Limits, guardedFetch } from '../http/guarded-fetch.ts'
import { isRecord } from '../metadata/issuer-metadata.ts'

/** The answer is looked at for its status; lists of models are the longest of them. */
const LIMITS: Limits = { timeoutMs: 15_000, maxBytes: 1024 * 1024 }

/** One request that reads something harmless and tells whether the service knows the key. */
export type KeyCheckRow = {
  readonly service: ServiceId
  /** Fixed address; its host must be among the hosts the key may be sent to. */
  readonly url: string
  readonly method: 'GET' | 'POST'
  /** Where the key stands: `bearer`, or the header that holds it alone. */
  readonly scheme: 'bearer' | 'x-api-key' | 'private-token' | 'x-figma-token'
  /** What tells whether the key works: the status, or `ok` and `error` in an answer whose status is always 200. */
  readonly verdict: 'status' | 'ok'
  readonly headers: Readonly<Record<string, string>>
  readonly source: string
}

/**
 * Services of the table of keys that say in public how a key is asked about. Sentry is not among them, because it has
 * no such address for tokens of an organization, nor Linear, whose answer to a wrong key is written down nowhere.
 */
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
  row('huggingface', 'https://huggingface.co/api/whoami-v2', '@huggingface/hub: whoAmI'),
  row(
    'notion',
    'https://api.notion.com/v1/users/me',
    'developers.notion.com: Retrieve your token’s bot user',
    {
      headers: { 'notion-version': '2025-09-03' }
    }
  ),
  // Figma answers a wrong token with 403, so that only a right one is told from the rest.
  row('figma', 'https://api.figma.com/v1/me', 'developers.figma.com: Personal access tokens, GET me', {
    scheme: 'x-figma-token'
  }),
  row('slack', 'https://slack.com/api/auth.test', 'docs.slack.dev: auth.test', {
    method: 'POST',
    verdict: 'ok'
  })
]

function row(
  service: ServiceId,
  url: string,
  source: string,
  differences: Partial<Pick<KeyCheckRow, 'method' | 'scheme' | 'headers' | 'verdict'>> = {}
): KeyCheckRow {
  const usual = { method: 'GET', scheme: 'bearer', headers: {}, verdict: 'status' } as const
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
      return await ask(fetchPort, known, key).catch((error: unknown) => nothingLearned(error, known))
    }
  }
}

/** The key goes to no host but those a person allowed, and never without TLS. */
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
  const request = { url: known.url, method: known.method, headers, body: null, signal: null } as const
  const { status, text } = await guardedFetch(fetchPort, request, LIMITS)
  const { host } = new URL(known.url)
  return known.verdict === 'ok' && status === 200 ? judgeWord(text, host) : judge(status, host)
}

/** Slack's words for a key that does not work. Any other, such as one for a limit, tells nothing about it. */
const REFUSALS: ReadonlySet<unknown> = new Set([
  'invalid_auth',
  'not_authed',
  'token_expired',
  'token_revoked',
  'account_inactive'
])

function judgeWord(text: string, host: string): KeyAnswer {
  const { ok, error } = wordsOf(text)
  if (ok === true) return { works: 'yes', text: `${host} accepted the key.` }
  if (ok === false && REFUSALS.has(error)) return { works: 'no', text: `${host} does not accept the key.` }
  return { works: 'unknown', text: `${host} gave an answer that tells nothing about the key.` }
}

function wordsOf(text: string): { readonly ok?: unknown; readonly error?: unknown } {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    // The error quotes the answer; it ends here.
    return {}
  }
}

function keyHeader(scheme: KeyCheckRow['scheme'], text: string): Record<string, string> {
  return scheme === 'bearer' ? { authorization: `Bearer ${text}` } : { [scheme]: text }
}

/** 403 comes also for a key that works and may do little, so it is no answer to whether it works. */
function judge(status: number, host: string): KeyAnswer {
  if (status >= 200 && status < 300) return { works: 'yes', text: `${host} accepted the key.` }
  if (status === 401) return { works: 'no', text: `${host} answered 401: it does not accept the key.` }
  if (status === 403) {
    const text = `${host} answered 403: the key may not ask this. It can still work for what it was made for.`
    return { works: 'unknown', text }
  }
  return { works: 'unknown', text: `${host} answered ${status}, which tells nothing about the key.` }
}

/** Only the kind of the failure is told: messages of the network layer quote what they choked on. */
function nothingLearned(error: unknown, { url }: KeyCheckRow): KeyAnswer {
  const { host } = new URL(url)
  const failure = error instanceof TransportError ? failureText(error, host) : `${host} could not be asked.`
  return { works: 'unknown', text: `${failure} That tells nothing about the key.` }
}

function failureText({ kind, status }: TransportError, host: string): string {
  switch (kind) {
    case 'timeout':
      return `${host} did not answer in time.`
    case 'network':
    case 'no-connection':
    case 'certificate':
      return `${host} could not be reached.`
    case 'redirect':
      return `${host} sent the request on to another address, which was not followed.`
    default:
      return status === null ? `${host} gave an unusual answer.` : `${host} answered ${String(status)}.`
  }
}
