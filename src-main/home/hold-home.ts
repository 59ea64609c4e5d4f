import { isStillHeld, StoreLock } from '../storage/store/store-lock.ts'
import { homeLayout } from './home-layout.ts'

const HOLDER = 'vault process'
const STARTER = 'starter of a vault'

/**
 * Makes this process the only vault of the home until the returned function is called or the process ends.
 * Waits up to `waitMs` milliseconds. Null: another vault process holds the home. Throws STORE_WRITE_FAILED if
 * the folder can not be used.
 */
export const holdHome = (home: string, waitMs: number): Promise<(() => void) | null> =>
  hold(home, HOLDER, waitMs)

/**
 * Makes this process the only one that may start a vault in the home, until the returned function is called or
 * the process ends. Who starts a vault keeps it until the socket is open: of many clients that miss a vault one
 * starts it, and none starts one while the app takes the home. Null: another process starts one. Waits and
 * throws as `holdHome`.
 */
export const holdStart = (home: string, waitMs: number): Promise<(() => void) | null> =>
  hold(home, STARTER, waitMs)

async function hold(home: string, name: string, waitMs: number): Promise<(() => void) | null> {
  // Not among the other locks: those tell that a home was in use before.
  const lock = new StoreLock({ dir: homeLayout(home).run, waitMs })
  const held = Promise.withResolvers<() => void>()
  const end = Promise.withResolvers<void>()
  let isHeld = false
  const whole = lock.exclusive(name, async () => {
    isHeld = true
    held.resolve(() => end.resolve())
    await end.promise
  })
  try {
    return await Promise.race([held.promise, whole.then(() => null)])
  } catch (error) {
    if (isHeld || !isStillHeld(error)) throw error
    return null
  }
}
