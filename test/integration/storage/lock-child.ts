/**
 * One of several processes on one store. `node lock-child.ts FOLDER count N` adds one to a stored number N
 * times, each time reading, waiting and writing inside the lock; `race` does the same without the lock. Both
 * start at the first line that they read. `hold` takes the lock, says so and keeps it.
 */
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPlainFileBackend } from '../../../src-main/storage/backends/plain-file-backend.ts'
import { StoreLock } from '../../../src-main/storage/store/store-lock.ts'

const [dir = '', task = '', times = '0'] = process.argv.slice(2)
const lock = new StoreLock({ dir: `${dir}/.locks` })
const store = createPlainFileBackend({ dir, insecurePlainText: true, onWarning: () => undefined, lock })

if (task === 'hold') {
  await lock.exclusive('counter', async () => {
    writeSync(1, 'held\n')
    await sleep(600_000)
  })
}
writeSync(1, 'ready\n')
await once(process.stdin, 'data')
for (let time = 0; time < Number(times); time += 1) {
  const add = async (): Promise<void> => {
    const before = Number(await store.get('counter'))
    await sleep(Math.random() * 2)
    await store.set('counter', String(before + 1))
  }
  if (task === 'count') await lock.exclusive('counter', add)
  else await add()
}
process.stdin.destroy()
