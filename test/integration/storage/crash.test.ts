import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { crashStores } from '../../crash/crash-store.ts'
import type { CrashStore } from '../../crash/crash-store.ts'
import { runCrashTrials } from '../../crash/crash-trials.ts'
import type { CrashReport } from '../../crash/crash-trials.ts'
import { startKeyringSession } from './keyring-session.ts'

const trials = Number(process.env['LATCHKEY_CRASH_TRIALS'] ?? 300)
const seed = Number(process.env['LATCHKEY_CRASH_SEED'] ?? 20_261_121)
const share = { files: 0.4, keychain: 0.3, overflow: 0.3 }

test('Killed at any moment, no store loses an acknowledged write, holds half a record or leaves a file behind', async () => {
  const root = await mkdtemp(join(tmpdir(), 'latchkey-crash-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const reports = await Promise.all(
    crashStores.map((store, index) => trialsOf(store, join(root, store), index))
  )
  for (const [index, report] of reports.entries()) {
    const store = crashStores[index]
    console.log(`crash ${store}, seed ${seed}: ${describeReport(report)}`)
    expect({ store, faults: report.faults }).toEqual({ store, faults: [] })
    // The trials would prove nothing if no kill ever hit a write.
    expect(report.interrupted).toBeGreaterThan(report.kills / 4)
  }
}, 3_600_000)

async function trialsOf(store: CrashStore, dir: string, index: number): Promise<CrashReport> {
  const keyring = await startKeyringSession()
  onTestFinished(keyring.close)
  await keyring.startDaemon()
  return runCrashTrials({
    store,
    dir,
    trials: Math.ceil(trials * share[store]),
    seed: seed + index,
    environment: keyring.environment,
    reviveKeyring: async () => {
      await keyring.endDaemon()
      await keyring.startDaemon()
    }
  })
}

function describeReport({ kills, interrupted, arrived, acknowledged, revivals }: CrashReport): string {
  const writes = `${interrupted} in a write (${arrived} of these had arrived), ${acknowledged} acknowledged`
  return `${kills} kills, ${writes}, keyring started again ${revivals} times`
}
