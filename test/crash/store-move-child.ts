/**
 * Begins to move everything to another store, to be killed meanwhile; ends by itself when it is done.
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
    if (move !== null && move.state.kind !== 'running') resolve(move.state.kind)
  })
})
await vault.handlers.moveStore(JSON.parse(target) as StoreTarget)
writeSync(1, 'moving\n')
const how = await ended
await vault.close()
writeSync(1, `${how}\n`)
process.exit(how === 'done' ? 0 : 1)
