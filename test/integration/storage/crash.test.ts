import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { crashScenarioNames } from '../../crash/crash-scenarios.ts'
import { crashStores } from '../../crash/crash-store.ts'
import type { CrashStore } from '../../crash/crash-store.ts'
import { runCrashTrials } from '../../crash/crash-trials.ts'
import type { CrashReport } from '../../crash/crash-trials.ts'
import { startKeyringSession } from './keyring-session.ts'

const trials = Number(process.env['LATCHKEY_CRASH_TRIALS'] ?? 1000)
const seed = Number(process.env['LATCHKEY_CRASH_SEED'] ?? 20_261_121)
/** Share of the kills for each store: files cost least, and the other two build on them. */
const share = { files: 0.6, keychain: 0.2, overflow: 0.2 }

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
    // The trials prove something only if kills hit writes.
    const hits = Object.values(report.interrupted)
    expect(Math.min(...hits)).toBeGreaterThan(0)
    expect(hits.reduce((sum, count) => sum + count)).toBeGreaterThan(report.trials / 4)
  }
}, 3_600_000)

async function trialsOf(store: CrashStore, dir: string, index: number): Promise<CrashReport> {
  const keyring = await startKeyringSession()
  onTestFinished(keyring.close)
  await keyring.startDaemon()
  return runCrashTrials({
    store,
    dir,
    kills: Math.ceil((trials * share[store]) / crashScenarioNames.length),
    seed: seed + index,
    environment: keyring.environment,
    reviveKeyring: async () => {
      await keyring.endDaemon()
      await keyring.startDaemon()
    }
  })
}

function describeReport(report: CrashReport): string {
  const { trials, kills, interrupted, arrived, acknowledged, lost, unreadable, leftover, revivals } = report
  const hits = Object.entries(interrupted).map(([scenario, count]) => `${scenario} ${count}`)
  const writes = `in a write: ${hits.join(', ')} (${arrived} had arrived)`
  const results = `${acknowledged} acknowledged, ${lost} lost, ${unreadable} unreadable, ${leftover} left over`
  return `${trials} trials by ${kills} kills, ${writes}; ${results}; keyring started again ${revivals} times`
}
