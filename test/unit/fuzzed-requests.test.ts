import { describe, expect, it } from 'vitest'
import { mcpRequests } from '#shared/mcp.ts'
import { signInRequests } from '#shared/sign-in.ts'
import { signInHandlers } from '../../src-main/core/requests/sign-in-requests.ts'
import { sampleGrant, sampleKey } from '../../src-main/core/testing/samples.ts'
import { seededRandom } from '../crash/seeded-random.ts'
import type { Random } from '../fault/oauth-input.ts'
import { type Ask, askThrough, carelessNetwork, reasonsOf, requestOf } from '../support/fuzzed-requests.ts'
import { oauthWorld } from '../support/oauth-world.ts'

const count = process.env['LATCHKEY_TRIALS'] === 'full' ? 20_000 : 1500
const seed = Number(process.env['LATCHKEY_REQUEST_SEED'] ?? 20_261_129)

const table = { ...signInRequests, ...mcpRequests }

/** The sign-ins behind the same checks as in the app, on a network where every server is a provider. */
async function bridge(random: Random): Promise<Ask> {
  const world = oauthWorld({ fetch: carelessNetwork(random) })
  await world.repository.save(sampleGrant())
  await world.repository.save(sampleKey())
  const handlers = signInHandlers({ ...world, writeClipboard: async () => undefined })
  return askThrough(table, handlers)
}

describe(`requests about sign-ins, ${count.toLocaleString('en')} generated ones (seed ${String(seed)})`, () => {
  it('are answered or refused for a reason that has a name', { timeout: 900_000 }, async () => {
    const random = seededRandom(seed)
    const ask = await bridge(seededRandom(seed + 1))
    const reasons = await reasonsOf(ask, () => requestOf(random), count)
    for (const reason of ['answered', 'INVALID_REQUEST', 'UNKNOWN_SERVICE']) {
      expect(reasons[reason]).toBeGreaterThan(count / 50)
    }
  })
})
