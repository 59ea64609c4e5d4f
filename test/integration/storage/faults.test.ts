import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { temporaryDir } from '../../../src-main/storage/backends/secret-backend.contract.ts'
import { failEverySite } from '../../fault/fault-sites.ts'
import { fileScenarios, fileStores } from '../../fault/file-stores.ts'

// The tests start a store some hundred times, each time on a disk with slow syncs.
vi.setConfig({ testTimeout: 240_000 })

const cases = fileStores.flatMap((store) =>
  fileScenarios.map((scenario) => ({ store, scenario, name: scenario.name }))
)

test.each(cases)(
  'Whatever file call fails in the $name in $store, the old or the new value is there and the error is ours',
  async ({ store, scenario }) => {
    const scratch = await temporaryDir()
    const report = await failEverySite({ kind: store, scenario, scratch: join(scratch, 'tries') })
    const { sites, injected, refused, finished, wrong } = report
    console.log(
      `faults, ${store}, ${scenario.name}: ${sites} call sites, ${injected} faults, ${refused} refused, ${finished} finished, ${wrong.length} wrong`
    )
    expect(wrong).toEqual([])
    expect(refused).toBeGreaterThan(injected / 4)
  }
)
