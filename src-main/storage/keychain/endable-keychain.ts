import type { KeytarAdapter, KeytarLoader } from './keychain-adapter.ts'

export type EndableKeychain = {
  readonly load: KeytarLoader
  /** Ends the helper now; the next use starts another one. */
  readonly end: () => void
  /** From now on whoever closes the adapter ends it for good. */
  readonly last: () => void
  /** Ends the helper for good. */
  readonly close: () => void
}

/**
 * One keychain for everything in a vault: a store that is left by a move closes it, and may be moved back to later, so
 * closing ends the helper and not the way to it.
 */
export function endableKeychain(load: KeytarLoader): EndableKeychain {
  let adapter: KeytarAdapter | null = null
  let isLast = false
  const end = (): void => adapter?.interrupt?.()
  const close = (): void => adapter?.close?.()
  return {
    load: async () => {
      const loaded = await load()
      adapter = loaded
      return loaded && { ...loaded, close: () => (isLast ? close() : end()) }
    },
    end,
    last: () => {
      isLast = true
    },
    close
  }
}
