/**
 * Reads from a keychain that does not answer, then quits as told: `node exit-child.ts close|exit|wait
 * SERVICE`. Prints the time at which it begins to quit.
 */
import { forkHelper, helperKeychainLoader } from '../../../src-main/storage/keychain/keychain-client.ts'
import { SecureStore } from '../../../src-main/storage/secure-store.ts'

const helper = new URL('../../../src-main/storage/keychain/keychain-helper.ts', import.meta.url).pathname
const store = new SecureStore(process.argv[3] ?? 'latchkey-exit', {
  keychainLoader: helperKeychainLoader(forkHelper(helper)),
  fallbackPolicy: 'deny'
})
for (const key of ['key', 'b', 'c', 'd', 'e']) void store.get(key).catch(() => undefined)
setTimeout(() => {
  process.stdout.write(`${Date.now()}\n`)
  if (process.argv[2] === 'exit') process.exit(0)
  if (process.argv[2] === 'close') void store.close()
}, 500)
