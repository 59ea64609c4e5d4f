/**
 * One of several processes on one home: `node writers-child.ts HOME NAME MS LOCK` adds one to a number in a credential that
 * all share and to one in a credential of its own, in turns, for MS milliseconds; with LOCK `none` without the lock. Says
 * `added` after each, with whose. MS `hold`: takes the lock of the shared one, says `held`, and keeps it.
 */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { credentialKey } from '#shared/credential.ts'
import { StoreLock } from '../../../src-main/storage/store-lock.ts'
import { addOne, openHome, SHARED, writerRef } from './writers-home.ts'

const [home = '', name = '', ms = '', locking = ''] = process.argv.slice(2)
const say = (text: string): void => void writeSync(1, `${text}\n`)
const lock = new StoreLock({ dir: join(home, 'locks') })
const repository = await openHome(home, (sentence) => say(`warned ${sentence}`))
say('ready')

if (ms === 'hold') {
  await lock.exclusive(credentialKey(writerRef(SHARED)), async () => {
    say('held')
    await sleep(600_000)
  })
}
const end = performance.now() + Number(ms)
for (let round = 0; performance.now() < end; round += 1) {
  const account = round % 2 === 0 ? SHARED : name
  const add = (): Promise<void> => addOne(repository, account)
  await (locking === 'none' ? add() : lock.exclusive(credentialKey(writerRef(account)), add))
  say(`added ${account}`)
}
await repository.close()
