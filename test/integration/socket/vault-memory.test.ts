import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UseWorld } from '../../support/use-world.ts'
import { statusOf } from '../../support/vault-processes.ts'

let world: UseWorld
beforeAll(async () => {
  const keys = { STRIPE_API_KEY: 'sk_test_4eC39HqLyjWDarjtT1zdp7dcQx8Rw2' }
  world = await UseWorld.start({ keys, services: ['stripe'] })
  await world.allow('stripe')
  expect((await world.latchkey(['request', 'stripe', `${world.origin}/`])).code).toBe(0)
})
afterAll(() => world.end())

describe('a vault', () => {
  it('that holds a key has hardened itself: it writes no core file', async () => {
    const { pid } = await statusOf(world.home)
    // Hardening closes the process to others in the same step.
    expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max core file size\s+0\s+0\s/m)
  })
})
