import { describe, expect, it, onTestFinished } from 'vitest'
import { doctorCheckIds } from '#shared/doctor.ts'
import { vaultRequests } from '#shared/ipc.ts'
import { seededRandom } from '../crash/seeded-random.ts'
import { pick, type Random } from '../fault/oauth-input.ts'
import { type Ask, askThrough, carelessNetwork, reasonsOf, requestOf } from '../support/fuzzed-requests.ts'
import { newVaultHome, openTestVault, removeVaultHome } from '../support/vault-harness.ts'

const count = process.env['LATCHKEY_TRIALS'] === 'full' ? 15_000 : 1000
const seed = Number(process.env['LATCHKEY_REQUEST_SEED'] ?? 20_261_129)

async function openVault(random: Random): Promise<Ask> {
  const home = await newVaultHome()
  const fetch = carelessNetwork(random) as typeof globalThis.fetch
  const { vault } = await openTestVault({ home, store: 'file', fetch })
  onTestFinished(async () => {
    await vault.close()
    await removeVaultHome(home)
  })
  return askThrough(vaultRequests, vault.handlers)
}

const longName = (index: number): string => `${'n'.repeat(190)}${String(index)}`
const keyOf = (index: number) => ({
  service: 'stripe',
  name: longName(index),
  account: `${'a'.repeat(190)}${String(index)}`,
  key: 'sk_test_0123456789abcdefghij',
  allowedHosts: [],
  expiresAt: null,
  replace: false
})

function doctorRequestOf(random: Random): readonly [string, unknown] {
  const checks =
    random() < 0.3
      ? null
      : Array.from({ length: Math.floor(random() * 30) }, () => pick(random, doctorCheckIds))
  const readEntries = random() < 0.2
  return random() < 0.8 ? ['fixDoctor', { checks, readEntries }] : ['runDoctor', { readEntries }]
}

describe(`requests to a whole vault, ${count.toLocaleString('en')} generated ones (seed ${String(seed)})`, () => {
  it('are answered or refused for a reason that has a name', { timeout: 900_000 }, async () => {
    const random = seededRandom(seed)
    const ask = await openVault(seededRandom(seed + 1))
    for (let index = 0; index < 20; index += 1) expect((await ask('addApiKey', keyOf(index))).ok).toBe(true)
    const reasons = await reasonsOf(
      ask,
      () => (random() < 0.05 ? doctorRequestOf(random) : requestOf(random)),
      count
    )
    for (const reason of ['answered', 'INVALID_REQUEST', 'UNKNOWN_SERVICE']) {
      expect(reasons[reason]).toBeGreaterThan(count / 50)
    }
  })
})
