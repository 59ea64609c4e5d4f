/**
 * One of several processes on one home: `node writers-child.ts HOME NAME LOCK`. Adds one, in turns, to a
 * number in a shared credential and to one in a credential of its own, from the first line that it reads
 * until the input ends. Prints `added` with the account after each. LOCK `none`: works without the lock. LOCK
 * `hold`: takes the lock of the shared credential, prints `held`, and keeps it.
 */
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { credentialKey } from '#shared/credential.ts'
import { StoreLock } from '../../../src-main/storage/store/store-lock.ts'
import { addOne, openHome, SHARED, writerRef } from './writers-home.ts'

const [home = '', name = '', locking = ''] = process.argv.slice(2)
const say = (text: string): void => void writeSync(1, `${text}\n`)
const lock = new StoreLock({ dir: join(home, 'locks') })
const repository = await openHome(home, (sentence) => say(`warned ${sentence}`))
say('ready')

if (locking === 'hold') {
  await lock.exclusive(credentialKey(writerRef(SHARED)), async () => {
    say('held')
    await sleep(600_000)
  })
}
const over = new AbortController()
process.stdin.once('end', () => over.abort())
await once(process.stdin, 'data')
for (let round = 0; !over.signal.aborted; round += 1) {
  const account = round % 2 === 0 ? SHARED : name
  const add = (): Promise<void> => addOne(repository, account)
  await (locking === 'none' ? add() : lock.exclusive(credentialKey(writerRef(account)), add))
  say(`added ${account}`)
  await sleep(1) // writers that take the lock again at once leave no moment for one that waits
}
await repository.close()
