import { expect, test } from 'vitest'
import { storm, type StormPlan } from '../../storm/storm.ts'

const isFull = process.env['LATCHKEY_TRIALS'] === 'full'
const size = isFull ? { processes: 8, callers: 25, rounds: 50 } : { processes: 4, callers: 25, rounds: 4 }

test.each(['file', 'keychain'] as const)(
  'One grant lives through round after round of many vaults with many callers, one refresh in each (%s)',
  { timeout: 300_000 },
  async (store) => {
    const plan: StormPlan = { ...size, store }
    const rounds = await storm(plan)
    expect(rounds).toHaveLength(plan.rounds)
    for (const round of rounds) {
      expect(round).toMatchObject({ requests: 1, refreshes: 1, revoked: 0, distinct: 1, refusals: [] })
      expect(round).toMatchObject({ answers: plan.processes * plan.callers, isNew: true, status: 200 })
    }
  }
)
