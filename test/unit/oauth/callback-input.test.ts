import { parse } from 'node:querystring'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VaultError } from '#shared/problem.ts'
import { sampleProvider } from '../../../src-main/core/testing/samples.ts'
import { readCallback } from '../../../src-main/oauth/loopback/loopback-listener.ts'
import { createOAuthClient } from '../../../src-main/oauth/oauth-client.ts'
import { authorizationProblem } from '../../../src-main/oauth/http/oauth-problem.ts'
import { seededRandom } from '../../crash/seeded-random.ts'
import { callbackQuery, callbackUrl, canary, shows } from '../../fault/oauth-input.ts'
import type { PendingAuthorization } from '../../../src-main/core/oauth-client.ts'

const isFull = process.env['LATCHKEY_TRIALS'] === 'full'
const count = Number(process.env['LATCHKEY_CALLBACKS'] ?? (isFull ? 1_000_000 : 20_000))
const seed = Number(process.env['LATCHKEY_CALLBACK_SEED'] ?? 20_261_121)
const issuer = 'https://sso.example.net'
const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  authorization_response_iss_parameter_supported: true
}

type Expected = { readonly state: string; readonly issuer: string; readonly requiresIssuer: boolean }

/**
 * The same rule over another parser: each of the four parameters at most once, the right state, the right
 * issuer, one outcome.
 */
function belongs(query: string, expected: Expected): boolean {
  const found = parse(query, '&', '=', { maxKeys: 0 })
  const { state, code, error, iss } = found
  if ([state, code, error, iss].some((value) => Array.isArray(value))) return false
  if (state !== expected.state) return false
  if (iss === undefined ? expected.requiresIssuer : iss !== expected.issuer) return false
  const hasCode = typeof code === 'string' && /^[ -~]{1,4096}$/.test(code)
  const hasError = typeof error === 'string' && error.length <= 80 && /^[!#-[\]-~]+$/.test(error)
  return hasCode !== hasError
}

describe(`generated answers at the redirect URI (seed ${String(seed)})`, () => {
  it(
    `${count.toLocaleString('en')} queries: what is taken is what belongs to the attempt, and no error tells a value`,
    { timeout: 600_000 },
    () => {
      const random = seededRandom(seed)
      const tally = { taken: 0, left: 0, errors: 0, wrong: 0, leaks: 0 }
      for (let index = 0; index < count; index += 1) {
        const secret = canary(random)
        const expected = { state: canary(random), issuer, requiresIssuer: random() < 0.5 }
        const query = callbackQuery(random, { ...expected, secret })
        const answer = readCallback(query, expected)
        if ((answer !== null) !== belongs(query, expected)) tally.wrong += 1
        if (answer?.kind === 'error') {
          tally.errors += 1
          const problem = authorizationProblem(answer.error)
          if ([secret, expected.state].some((text) => shows(problem, text))) tally.leaks += 1
        }
        tally[answer === null ? 'left' : 'taken'] += 1
      }
      expect(tally).toMatchObject({ wrong: 0, leaks: 0 })
      // The generator reaches every outcome.
      for (const way of [tally.taken, tally.left, tally.errors]) expect(way).toBeGreaterThan(count / 50)
    }
  )
})

describe('one attempt', () => {
  let pending: PendingAuthorization

  beforeAll(async () => {
    const client = createOAuthClient({
      fetch: async () => Response.json(metadata),
      now: () => new Date(),
      allowLoopbackHttp: false
    })
    const own = { id: 'client-1', secret: null }
    pending = await client.begin({
      provider: sampleProvider,
      client: own,
      scopes: ['registry:read'],
      loginHint: null
    })
  })
  afterAll(() => pending.close())

  it(
    `outlives ${count.toLocaleString('en')} pasted addresses that are not its own, and then takes the right one`,
    { timeout: 600_000 },
    async () => {
      const random = seededRandom(seed + 1)
      const parameters = new URL(pending.url).searchParams
      const redirectUri = parameters.get('redirect_uri') ?? ''
      const state = parameters.get('state') ?? ''
      const tally = { refused: 0, ended: 0, leaks: 0 }
      for (let index = 0; index < count; index += 1) {
        const secret = canary(random)
        // At best everything but the state is right.
        const foreign = canary(random)
        const url = callbackUrl(random, redirectUri, { state: foreign, issuer, secret })
        const error = thrownBy(() => pending.submit(url))
        if (error instanceof VaultError && error.code === 'INVALID_REQUEST') tally.refused += 1
        else tally.ended += 1
        if (index % 10 === 0 && [secret, foreign].some((text) => shows(error, text))) tally.leaks += 1
      }
      expect(tally).toEqual({ refused: count, ended: 0, leaks: 0 })
      const right = new URLSearchParams({ state, code: 'right', iss: issuer })
      pending.submit(`${redirectUri}?${right.toString()}`)
      await pending.answered
    }
  )
})

function thrownBy(task: () => void): unknown {
  try {
    task()
    return null
  } catch (error) {
    return error
  }
}
