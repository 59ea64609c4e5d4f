/**
 * Moves everything to another store and reports each step, so that a test can kill it meanwhile; ends by
 * itself when the move is done.
 *
 *   node store-move-child.ts HOME TARGET-AS-JSON
 */
import { writeSync } from 'node:fs'
import type { StoreTarget } from '#shared/stores.ts'
import { openTestVault } from '../support/vault-harness.ts'

const [home = '', target = ''] = process.argv.slice(2)
const { vault } = await openTestVault({ home })
const ended = new Promise<string>((resolve) => {
  vault.on('moveChanged', (move) => {
    // The total is unknown until the first write.
    if (move?.state.kind === 'running')
      writeSync(1, `${move.state.total === 0 ? 'begin' : move.state.step}\n`)
    else if (move !== null) resolve(move.state.kind)
  })
})
await vault.handlers.moveStore(JSON.parse(target) as StoreTarget)
const how = await ended
await vault.close()
writeSync(1, `${how}\n`)
process.exit(how === 'done' ? 0 : 1)
