/**
 * The whole vault on a keyring that asks for its password and gets no answer: `node quit-child.ts HOME`.
 * Prints when it begins to close and whether the keychain has answered; the process ends on its own.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { openTestVault } from '../../support/vault-harness.ts'

const [home = ''] = process.argv.slice(2)
const { vault } = await openTestVault({ home, store: 'keychain' })
// A request during this check would get its answer from the check.
await vault.handlers.checkStorage()
let isAnswered = false
const answered = (): void => void (isAnswered = true)
vault.handlers
  .addApiKey({
    service: 'example',
    name: 'Example',
    account: 'default',
    key: 'sk_test_0123456789abcdefghij',
    allowedHosts: [],
    expiresAt: null,
    replace: false
  })
  .then(answered, answered)
await sleep(1500)
process.stdout.write(`${JSON.stringify({ began: Date.now(), isAnswered })}\n`)
await vault.close()
