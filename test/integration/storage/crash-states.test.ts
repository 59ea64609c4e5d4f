import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDir } from '../../../src-main/storage/backends/secret-backend.contract.ts'
import { careless, explore, record } from '../../crash/crash-states.ts'
import { fileScenarios, fileStores } from '../../fault/file-stores.ts'

const cases = fileStores.flatMap((store) =>
  fileScenarios.map((scenario) => ({ store, scenario, name: scenario.name }))
)

test.each(cases)(
  'A power cut at any moment of the $name in $store leaves the old or the new value',
  async ({ store, scenario }) => {
    const dir = await temporaryDir()
    const recording = await record(store, join(dir, 'store'), scenario)
    const report = await explore(recording, join(dir, 'states'))
    console.log(
      `crash states, ${store}, ${scenario.name}: ${report.calls} calls, ${report.states} states, ${report.wrong.length} wrong`
    )
    expect(report.wrong).toEqual([])
    // Fewer calls would mean that the recorder missed some.
    expect(report.calls).toBeGreaterThanOrEqual(2)
    expect(report.states).toBeGreaterThanOrEqual(3)
  }
)

const overwrite = fileScenarios.filter(({ name }) => name === 'overwrite')
const variants = overwrite.flatMap((scenario) =>
  Object.entries(careless).map(([how, change]) => ({ how, change, scenario }))
)

test.each(variants)('A store that $how fails the check', async ({ change, scenario }) => {
  const dir = await temporaryDir()
  const recording = await record('encrypted files', join(dir, 'store'), scenario)
  const report = await explore({ ...recording, steps: change(recording.steps) }, join(dir, 'states'))
  expect(report.wrong.length).toBeGreaterThan(0)
})
