import { isStillHeld, StoreLock } from '../storage/store/store-lock.ts'
import { homeLayout } from './home-layout.ts'

const HOLDER = 'vault process'

/**
 * Makes this process the only vault of the home until the returned function is called or the process ends.
 * Waits up to `waitMs` milliseconds. Null: another vault process holds the home. Throws STORE_WRITE_FAILED if
 * the folder can not be used.
 */
export async function holdHome(home: string, waitMs: number): Promise<(() => void) | null> {
  // Not among the other locks: those tell that a home was in use before.
  const lock = new StoreLock({ dir: homeLayout(home).run, waitMs })
  const held = Promise.withResolvers<() => void>()
  const end = Promise.withResolvers<void>()
  let isHeld = false
  const whole = lock.exclusive(HOLDER, async () => {
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
