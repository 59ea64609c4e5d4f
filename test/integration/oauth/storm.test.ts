import { expect, test } from 'vitest'
import { isRight, storm, type StormPlan } from '../../storm/storm.ts'

const isFull = process.env['LATCHKEY_TRIALS'] === 'full'
const size = isFull ? { processes: 8, callers: 25, rounds: 50 } : { processes: 4, callers: 25, rounds: 4 }
// A keychain with so many callers on a busy computer may miss its deadline, so only the full run uses it.
const stores = isFull ? (['file', 'keychain'] as const) : (['file'] as const)

test.each(stores)(
  'One grant lives through round after round of many vaults with many callers, one refresh in each (%s)',
  { timeout: 300_000 },
  async (store) => {
    const plan: StormPlan = { ...size, store }
    const rounds = await storm(plan)
    expect(rounds).toHaveLength(plan.rounds)
    expect(rounds.filter((round) => !isRight(round, plan))).toEqual([])
  }
)
