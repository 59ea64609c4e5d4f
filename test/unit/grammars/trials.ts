import { seededRandom } from '../../crash/seeded-random.ts'
import type { Random } from '../../fault/oauth-input.ts'

/** Number of inputs for each grammar. */
export const trials = process.env['LATCHKEY_TRIALS'] === 'full' ? 200_000 : 5000
const seed = Number(process.env['LATCHKEY_GRAMMAR_SEED'] ?? 20_261_129)

/** Milliseconds that a mebibyte may take; no input here is as long. */
const LONGEST_MS = 100

/**
 * Runs a trial with the numbers of one seed. Throws the error of the trial with the number of the input. Also
 * throws if an input takes longer than a mebibyte may, three times in a row: a busy machine may be slow once.
 */
export async function tryAll(trial: (random: Random) => void | Promise<void>): Promise<void> {
  for (let index = 0; index < trials; index += 1) {
    let slow = 0
    let took = Infinity
    while (took > LONGEST_MS && slow < 3) {
      const before = performance.now()
      try {
        await trial(seededRandom(seed + index))
      } catch (error) {
        throw new Error(`Input ${String(index)} of seed ${String(seed)}`, { cause: error })
      }
      took = performance.now() - before
      slow += 1
    }
    if (took > LONGEST_MS) throw new Error(`Input ${String(index)} took ${took.toFixed(0)} ms.`)
  }
}

export function upTo(random: Random, most: number): number {
  return Math.floor(random() * (most + 1))
}

export function several<T>(random: Random, most: number, make: () => T): T[] {
  return Array.from({ length: upTo(random, most) }, make)
}
