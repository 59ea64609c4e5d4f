import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { crashStores } from '../../crash/crash-store.ts'
import { runCrashTrials } from '../../crash/crash-trials.ts'

const trials = Number(process.env['LATCHKEY_CRASH_TRIALS'] ?? 300)
const seed = Number(process.env['LATCHKEY_CRASH_SEED'] ?? 20_261_121)
const share = { files: 0.4, keychain: 0.3, overflow: 0.3 }

test('Killed at any moment, no store loses an acknowledged write, holds half a record or leaves a file behind', async () => {
  const root = await mkdtemp(join(tmpdir(), 'latchkey-crash-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const reports = await Promise.all(
    crashStores.map(async (store, index) => {
      const options = {
        store,
        dir: join(root, store),
        trials: Math.ceil(trials * share[store]),
        seed: seed + index
      }
      return { store, report: await runCrashTrials(options) }
    })
  )
  for (const { store, report } of reports) {
    const { kills, interrupted, arrived, acknowledged } = report
    console.log(
      `crash ${store}: ${kills} kills (seed ${seed}), ${interrupted} in a write (${arrived} arrived), ${acknowledged} acknowledged`
    )
    expect({ store, faults: report.faults }).toEqual({ store, faults: [] })
    // The trials would prove nothing if no kill ever hit a write.
    expect(interrupted).toBeGreaterThan(kills / 4)
  }
}, 3_600_000)
