import { describe, expect, it } from 'vitest'
import { Secret } from '../../src-main/core/secret.ts'
import { START } from '../../src-main/core/testing/samples.ts'
import { apiKeyRows } from '../../src-main/oauth/providers/providers.ts'
import { createImportReader } from '../../src-main/storage/transfer/import-reader.ts'
import { worstTexts } from '../support/worst-texts.ts'

const MEBIBYTE = 1024 * 1024
/**
 * Least work in milliseconds that can be compared. For deep nesting, V8’s JSON parser takes 5 to 60 ms for a quarter of a
 * mebibyte and 140 to 290 for a whole one, as the system gives it fresh memory or not.
 */
const LEAST = 50
const reader = createImportReader({
  clock: { now: () => START },
  services: apiKeyRows,
  providerOf: (row) => row
})

async function read(text: string, fileName: string | null): Promise<void> {
  try {
    await reader.read({ text: new Secret(text), fileName })
  } catch (error) {
    if (!(error instanceof Error && error.name === 'VaultError')) throw error
  }
}

/** CPU time of this process in milliseconds, the least of three runs; other programs do not count. */
async function workOf(job: () => void | Promise<void>): Promise<number> {
  let least = Infinity
  for (let run = 0; run < 3; run += 1) {
    const before = process.cpuUsage()
    await job()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}

/** A limit between 4, for work that grows as the text does, and 16, for work that grows with its square. */
const MOST_GROWTH = 10

/**
 * Factor by which the work grows for four times the text, the least of up to six measurements: other work
 * of the engine, such as garbage collection, counts as well and varies.
 */
async function growthOf(
  job: (size: number) => () => void | Promise<void>,
  floor: number = LEAST
): Promise<number> {
  const [small, large] = [job(MEBIBYTE / 4), job(MEBIBYTE)]
  let least = Infinity
  for (let looks = 0; looks < 6 && least >= MOST_GROWTH; looks += 1)
    least = Math.min(least, (await workOf(large)) / Math.max(floor, await workOf(small)))
  return least
}

describe('a text of a mebibyte that costs as much as it can', () => {
  it.each(worstTexts)(
    'of $name is read or refused with work that grows as its length',
    async ({ at, file }) => {
      const growth = await growthOf((size) => {
        const text = at(size)
        return () => read(text, file)
      })
      expect(growth).toBeLessThan(MOST_GROWTH)
    }
  )

  it('is told from one whose work is squared', async () => {
    const growth = await growthOf((size) => {
      const text = 'a'.repeat(size / 8)
      return () => {
        for (let at = 0; at < text.length; at += 1)
          if (text.includes('b', at)) throw new Error('There is no b.')
      }
    }, 1)
    expect(growth).toBeGreaterThan(MOST_GROWTH)
  })
})
