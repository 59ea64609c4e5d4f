import { describe, expect, it } from 'vitest'
import { VaultError, toProblem } from '#shared/problem.ts'
import type { TokenSet } from '../../../src-main/core/credential-record.ts'
import type { OAuthProvider } from '../../../src-main/core/provider.ts'
import {
  sampleEndpoints,
  sampleGrant,
  sampleProvider,
  sampleTokens
} from '../../../src-main/core/testing/samples.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { createOAuthClient } from '../../../src-main/oauth/oauth-client.ts'
import { seededRandom } from '../../crash/seeded-random.ts'
import { metadataBody, responseOf, tokenBody, type Wire } from '../../fault/oauth-bodies.ts'
import { canary, shows } from '../../fault/oauth-input.ts'

const isFull = process.env['LATCHKEY_TRIALS'] === 'full'
const count = Number(process.env['LATCHKEY_ANSWERS'] ?? (isFull ? 100_000 : 1500))
const seed = Number(process.env['LATCHKEY_ANSWER_SEED'] ?? 20_261_121)
const issuer = 'https://sso.example.net'
const provider: OAuthProvider = { ...sampleProvider, endpoints: sampleEndpoints() }

/** The real client on a network whose answer a test sets. */
function clientBefore() {
  const network = { answer: {} as Wire }
  const client = createOAuthClient({
    fetch: async () => responseOf(network.answer),
    now: () => new Date(),
    allowLoopbackHttp: false
  })
  return { network, client }
}

/**
 * True for an answer that every client must accept: a 200 declared as JSON, with tokens that can be sent in a
 * header.
 */
function bringsTokens({ status, contentType, body }: Wire, secret: string): boolean {
  if (status !== 200 || !/^application\/json/i.test(contentType)) return false
  try {
    const value = JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>
    return value['access_token'] === `${secret}.at`
  } catch {
    return false
  }
}

const isPrintable = (token: Secret | null): boolean =>
  token === null || token.expose((text) => /^[\x20-\x7e]+$/.test(text))

function isWhole({ accessToken, refreshToken, expiry, tokenType }: TokenSet): boolean {
  const isDated = expiry.kind !== 'at' || Number.isFinite(expiry.at.getTime())
  return isPrintable(accessToken) && isPrintable(refreshToken) && isDated && tokenType.length <= 60
}

const leaks = (error: unknown, secret: string): boolean =>
  shows(error, secret) || shows(toProblem(error), secret)

it('finds a secret in an error’s text, its cause and its hidden properties', () => {
  const secret = canary(seededRandom(seed))
  const hidden = Object.defineProperty(new Error('no'), 'evidence', { value: { body: secret } })
  expect(shows(new Error(`In ${secret.slice(0, 20)}`), secret)).toBe(true)
  expect(shows(new Error('no', { cause: { body: { text: [secret] } } }), secret)).toBe(true)
  expect(shows(hidden, secret)).toBe(true)
  expect(shows(new Error('no'), secret)).toBe(false)
})

describe(`generated answers of a provider (seed ${String(seed)})`, () => {
  it(
    `${count.toLocaleString('en')} token answers: tokens that came are kept, all else is an error of ours that tells nothing`,
    { timeout: 900_000 },
    async () => {
      const random = seededRandom(seed)
      const { network, client } = clientBefore()
      const tally = { kept: 0, refused: 0, lost: 0, broken: 0, foreign: 0, leaks: 0 }
      for (let index = 0; index < count; index += 1) {
        const secret = canary(random)
        network.answer = tokenBody(random, secret)
        const tokens = sampleTokens({ refreshToken: new Secret(`${secret}.old`) })
        const renewal = client.refresh(sampleGrant({ provider, tokens }), () => undefined)
        const outcome = await renewal.catch((error: unknown) => error)
        if (outcome instanceof Error) {
          tally.refused += 1
          if (!(outcome instanceof VaultError)) tally.foreign += 1
          if (leaks(outcome, secret)) tally.leaks += 1
          if (bringsTokens(network.answer, secret)) tally.lost += 1
        } else {
          tally.kept += 1
          if (!isWhole((outcome as { tokens: TokenSet }).tokens)) tally.broken += 1
          if (shows((outcome as { tokens: TokenSet }).tokens.accessToken, secret)) tally.leaks += 1
        }
      }
      expect(tally).toMatchObject({ lost: 0, broken: 0, foreign: 0, leaks: 0 })
      for (const way of [tally.kept, tally.refused]) expect(way).toBeGreaterThan(count / 20)
    }
  )

  it(
    `${count.toLocaleString('en')} metadata documents: what is taken repeats nothing, all else is an error of ours`,
    { timeout: 900_000 },
    async () => {
      const random = seededRandom(seed + 1)
      const { network, client } = clientBefore()
      const tally = { taken: 0, refused: 0, foreign: 0, leaks: 0 }
      for (let index = 0; index < count; index += 1) {
        const secret = canary(random)
        network.answer = metadataBody(random, issuer, secret)
        const outcome: unknown = await client.discover(issuer).catch((error: unknown) => error)
        const isError = outcome instanceof Error
        tally[isError ? 'refused' : 'taken'] += 1
        if (isError && !(outcome instanceof VaultError)) tally.foreign += 1
        if (isError ? leaks(outcome, secret) : shows(outcome, secret)) tally.leaks += 1
      }
      expect(tally).toMatchObject({ foreign: 0, leaks: 0 })
      for (const way of [tally.taken, tally.refused]) expect(way).toBeGreaterThan(count / 50)
    }
  )
})
